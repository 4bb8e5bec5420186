import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { WEIGHTS, chooseBest, frontality, wholeness } from "../../../static/js/core/best.js";
import { contrast, sharpness } from "../../../static/js/core/sharpness.js";
import { detection } from "./scenes.js";

/** @typedef {import("../../../static/js/core/best.js").Sitter} Sitter */

/** @param {Partial<Sitter>} [different] @returns {Sitter} */
const sitter = (different = {}) => ({ ...detection(300, 200), id: 1, smile: 1, sharp: 100, eyes: 0.3, ...different });
/** @param {...Sitter} sitters */
const shot = (...sitters) => ({ width: 640, height: 480, sitters });
/** @param {Partial<Sitter>} worse */
const second = (worse) => chooseBest([shot(sitter(worse)), shot(sitter())]).best;

test("the picture with the smile, the look ahead, the open eyes, the sharpness and the whole face wins", () => {
  const [right, left, , ...mouth] = detection(300, 200).landmarks;

  assert.equal(second({ smile: 0.4 }), 1);
  assert.equal(second({ landmarks: [right, left, [right[0], 200], ...mouth] }), 1);
  assert.equal(second({ eyes: 0.1 }), 1);
  assert.equal(second({ sharp: 30 }), 1);
  assert.equal(second({ box: { x: -50, y: 100, width: 100, height: 100 } }), 1);
  assert.equal(second({}), 0);
});

test("a picture in which somebody is missing loses", () => {
  assert.equal(chooseBest([shot(sitter()), shot(sitter(), sitter({ id: 2, eyes: 0.2, sharp: 60 }))]).best, 1);
});

test("one who blinks costs more than several who are a little less sharp", () => {
  const blink = shot(sitter(), sitter({ id: 2, eyes: 0.05 }), sitter({ id: 3 }));
  const soft = shot(sitter({ sharp: 85 }), sitter({ id: 2, sharp: 85 }), sitter({ id: 3, sharp: 85 }));

  assert.equal(chooseBest([blink, soft]).best, 1);
});

test("eyes that are narrow by nature are not held against anybody", () => {
  const { merits } = chooseBest([shot(sitter({ eyes: 0.05 })), shot(sitter({ eyes: 0.05 }))]);

  assert.equal(merits[0].eyes, 1);
});

test("without a face every picture is as good, and without a picture there is none", () => {
  assert.equal(chooseBest([shot(), shot()]).best, 0);
  assert.throws(() => chooseBest([]), /no picture/);
});

test("all merits lie between 0 and 1, and the weights make up 1", () => {
  const anyone = fc.record({ id: fc.integer({ min: 1, max: 3 }), smile: fc.float({ min: 0, max: 1, noNaN: true }), sharp: fc.float({ min: 0, max: 9999, noNaN: true }), eyes: fc.float({ min: 0, max: 2, noNaN: true }), x: fc.integer({ min: -200, max: 900 }) });
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(anyone, { selector: ({ id }) => id }), { minLength: 1, maxLength: 5 }), (lists) => {
      const { merits, best } = chooseBest(lists.map((list) => shot(...list.map(({ x, ...one }) => sitter({ ...one, ...detection(x, 200) })))));

      for (const merit of merits) for (const value of Object.values(merit)) assert.ok(value >= 0 && value <= 1 + 1e-9, String(value));
      assert.ok(merits.every(({ total }) => total <= merits[best].total + 1e-6));
    }),
  );
  assert.ok(Math.abs(Object.values(WEIGHTS).reduce((sum, one) => sum + one, 0) - 1) < 1e-9);
});

test("a face straight ahead looks, one turned aside does not, however the head is tilted", () => {
  const straight = detection(300, 200).landmarks;
  const tilt = (/** @type {[number, number]} */ [x, y]) => /** @type {[number, number]} */ ([0.8 * x - 0.6 * y, 0.6 * x + 0.8 * y]);

  assert.ok(frontality(straight) > 0.99);
  assert.ok(frontality(straight.map(tilt)) > 0.99);
  assert.equal(frontality([straight[0], straight[1], [straight[0][0], 200], straight[3], straight[4]]), 0);
});

test("a face that is cut off is less than whole", () => {
  assert.equal(wholeness({ x: 100, y: 100, width: 100, height: 100 }, 640, 480), 1);
  assert.ok(wholeness({ x: -50, y: 100, width: 100, height: 100 }, 640, 480) < 0.6);
});

test("edges are sharp, what is smoothed is less so, and a plain surface is not", () => {
  const make = (/** @type {(x: number) => number} */ value) => ({ width: 16, height: 16, data: Array.from({ length: 16 * 16 * 4 }, (_, i) => value((i >> 2) % 16)) });

  assert.ok(sharpness(make((x) => (x % 4 < 2 ? 0 : 255))) > 2 * sharpness(make((x) => 127 + 100 * Math.sin(x / 2))));
  assert.equal(sharpness(make(() => 90)), 0);
  assert.equal(contrast(make(() => 90)), 0);
  assert.ok(Math.abs(contrast(make((x) => (x % 2) * 200)) - contrast(make((x) => (x % 2) * 100))) < 0.01);
});
