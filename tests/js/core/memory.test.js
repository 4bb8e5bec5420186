import assert from "node:assert/strict";
import { test } from "node:test";

import { createMemory, thresholdsOf } from "../../../static/js/core/memory.js";

const THRESHOLDS = thresholdsOf({
  emotion: { smile_label: "happy", calibration: { unsure_below: 0.4, smile_threshold: 0.5 } },
  gender: { calibration: { unsure_below: 0.8 } },
});

/**
 * A face at `x`, with what the networks say about it.
 * @param {number} x
 * @param {number | null} happy probability, null where it was not its turn
 */
const sighting = (x, happy = 0.9) => ({
  box: { x, y: 50, width: 80, height: 100 },
  landmarks: /** @type {[number, number][]} */ (Array.from({ length: 5 }, () => [x, 60])),
  score: 0.9,
  look: happy === null ? null : { emotion: { happy, neutral: 1 - happy }, gender: { female: 0.95, male: 0.05 } },
});

/** @param {ReturnType<typeof createMemory>} memory @param {number} from @param {number} count @param {number[]} places */
function watch(memory, from, count, places) {
  for (let i = 0; i < count - 1; i++) memory.see(places.map((x) => sighting(x)), from + 100 * i);
  return memory.see(places.map((x) => sighting(x)), from + 100 * (count - 1)).faces.map(({ id, box }) => [id, Math.round(box.x)]);
}

test("faces get numbers and labels, and the group is judged", () => {
  const memory = createMemory(THRESHOLDS);
  watch(memory, 0, 5, [0, 300]);

  const { faces, group } = memory.see([sighting(0), sighting(300)], 500);

  assert.deepEqual(faces.map(({ id, emotion, gender }) => [id, emotion, gender]), [[1, "happy", "female"], [2, "happy", "female"]]);
  assert.equal(group.smiling, 2);
  assert.equal(group.ready, true);
});

test("who was not classified in a frame keeps what was known", () => {
  const memory = createMemory(THRESHOLDS);
  watch(memory, 0, 5, [0]);

  const { faces } = memory.see([sighting(0, null)], 500);

  assert.equal(faces[0].emotion, "happy");
});

test("numbers are new after a long pause, and stay over one in which nobody could look", () => {
  const memory = createMemory(THRESHOLDS);
  assert.deepEqual(watch(memory, 0, 3, [0, 300]), [[1, 0], [2, 300]]);

  assert.deepEqual(watch(memory, 5000, 3, [0, 300]), [[3, 0], [4, 300]]);
  memory.bridge();
  assert.deepEqual(watch(memory, 15_000, 3, [0, 300]), [[3, 0], [4, 300]]);
  assert.deepEqual(watch(memory, 15_300, 3, [10, 310]).map(([id]) => id), [3, 4]);
});

test("two minutes without sight are too long to tell who is who", () => {
  const memory = createMemory(THRESHOLDS);
  watch(memory, 0, 3, [0]);

  memory.bridge();

  assert.deepEqual(watch(memory, 120_000, 3, [0]), [[2, 0]]);
});

test("forgetting begins with number one again", () => {
  const memory = createMemory(THRESHOLDS);
  watch(memory, 0, 3, [0]);

  memory.reset();

  assert.deepEqual(watch(memory, 300, 3, [0]), [[1, 0]]);
});

test("pictures stand alone: everybody is shown at once, with what this look says", () => {
  const memory = createMemory(THRESHOLDS, true);

  const { faces, group } = memory.see([sighting(0, 0.1), sighting(300)], 0);

  assert.deepEqual(faces.map(({ id, emotion }) => [id, emotion]), [[1, "neutral"], [2, "happy"]]);
  assert.equal(group.faces, 2);
});
