import assert from "node:assert/strict";
import { test } from "node:test";

import { createAnnouncer } from "../../../static/js/ui/announcer.js";
import { face } from "./people.js";

/** @param {(time: number) => ReturnType<typeof face>[]} scene @param {number} until in ms @param {number} every in ms */
function listen(scene, until, every) {
  const announce = createAnnouncer();
  /** @type {{time: number, sentence: string}[]} */
  const said = [];
  for (let time = 0; time <= until; time += every) {
    const sentence = announce(scene(time), time);
    if (sentence) said.push({ time, sentence });
  }
  return said;
}

test("what stays the same is said once", () => {
  const said = listen(() => [face(1, { emotion: "happy" })], 20_000, 100);

  assert.deepEqual(said.map(({ sentence }) => sentence), ["1 face: face 1 happy"]);
});

test("a flicker is not said", () => {
  const said = listen((time) => [face(1, { emotion: time % 600 < 300 ? "happy" : "sad" })], 20_000, 100);

  assert.deepEqual(said, []);
});

test("lasting changes are said, with silence between them", () => {
  const said = listen((time) => [face(1, { emotion: time % 4000 < 2000 ? "happy" : "sad" })], 30_000, 100);

  assert.ok(said.length >= 3);
  said.slice(1).forEach(({ time }, index) => assert.ok(time - said[index].time >= 4000));
});
