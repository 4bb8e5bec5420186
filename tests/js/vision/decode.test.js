import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { iou } from "../../../static/js/core/box.js";
import { decode, suppress } from "../../../static/js/vision/decode.js";

const RULES = { strides: [8, 16, 32], score_threshold: 0.6 };
const CELLS = 16 + 4 + 1;

/** An input of 32 x 32 without any face, but for the cells given by index. @param {{[cell: number]: number[]}} faces */
function cells(faces) {
  const output = new Float32Array(CELLS * 16).fill(-9);
  for (const [cell, numbers] of Object.entries(faces)) output.set(numbers, Number(cell) * 16);
  return output;
}

const landmarks = [0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1];

test("a cell's numbers become a box around its centre, in strides from the cell", () => {
  // The sixth cell of stride 8 lies in row 1, column 1.
  const [face] = decode(cells({ 5: [5, 5, 0.5, 0.25, Math.log(2), Math.log(4), ...landmarks] }), 32, 32, RULES);

  assert.deepEqual(
    Object.values(face.box).map((value) => Math.round(value * 1e4) / 1e4),
    [4, -6, 16, 32],
  );
  assert.deepEqual(face.landmarks, [[8, 8], [16, 8], [12, 12], [8, 16], [16, 16]]);
});

test("the cells of every stride follow each other", () => {
  const found = decode(cells({ 0: [9, 3, 0, 0, 0, 0, ...landmarks], 16: [9, 2, 0, 0, 0, 0, ...landmarks], 20: [9, 1, 0, 0, 0, 0, ...landmarks] }), 32, 32, RULES);

  assert.deepEqual(found.map(({ box }) => Math.round(box.width)), [8, 16, 32]);
});

test("the score is the geometric mean of class and objectness", () => {
  const [face] = decode(cells({ 3: [0, Math.log(4), 0, 0, 0, 0, ...landmarks] }), 32, 32, RULES);

  assert.ok(Math.abs(face.score - Math.sqrt(0.5 * 0.8)) < 1e-6);
});

test("nothing under the threshold is a face, everything above is", () => {
  fc.assert(
    fc.property(fc.double({ min: -6, max: 6, noNaN: true }), fc.double({ min: -6, max: 6, noNaN: true }), (a, b) => {
      const score = Math.sqrt(1 / (1 + Math.exp(-Math.fround(a))) / (1 + Math.exp(-Math.fround(b))));

      const found = decode(cells({ 7: [a, b, 0, 0, 0, 0, ...landmarks] }), 32, 32, RULES);

      assert.equal(found.length, score >= 0.6 ? 1 : 0);
    }),
  );
});

const detections = fc
  .array(fc.record({ x: fc.integer({ min: 0, max: 60 }), y: fc.integer({ min: 0, max: 60 }), width: fc.integer({ min: 1, max: 60 }), height: fc.integer({ min: 1, max: 60 }) }), { maxLength: 20 })
  .map((boxes) => boxes.map((box, i) => ({ box, landmarks: [], score: 1 - i / 100 })));

test("of faces that cover each other the most certain stays, and every other one is covered by a kept one", () => {
  fc.assert(
    fc.property(detections, (found) => {
      const kept = suppress(found, 0.3);

      for (const one of found) {
        const surer = kept.filter((other) => other !== one && other.score > one.score && iou(one.box, other.box) > 0.3);
        assert.equal(kept.includes(one), surer.length === 0);
      }
    }),
  );
});
