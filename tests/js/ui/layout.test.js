import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { keepInside, layOut } from "../../../static/js/ui/layout.js";

const STAGE = { width: 800, height: 600 };
const LABEL = { width: 160, height: 46 };
const WIDE = { width: 210, height: 46 };
const PANEL = { width: 130, height: 114 };

/** @typedef {import("../../../static/js/ui/layout.js").Wanted} Wanted */
/** @typedef {Wanted["face"]} Box */

/** @param {number} id @param {Box} box @returns {Wanted} */
const wanted = (id, box) => ({ id, face: box, label: LABEL, wide_label: WIDE, panel: PANEL });

const box = fc.record({
  x: fc.integer({ min: -100, max: 780 }),
  y: fc.integer({ min: -100, max: 580 }),
  width: fc.integer({ min: 10, max: 400 }),
  height: fc.integer({ min: 10, max: 400 }),
});

/** @param {Box} inner */
const inside = ({ x, y, width, height }) => x >= 0 && y >= 0 && x + width <= STAGE.width && y + height <= STAGE.height;

/** @param {Box} a @param {Box} b */
const apart = (a, b) => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

test("labels and bars never leave the stage, wherever faces are", () => {
  fc.assert(
    fc.property(fc.array(box, { minLength: 1, maxLength: 6 }), (boxes) => {
      const placed = layOut(boxes.map((one, index) => wanted(index + 1, one)), STAGE, new Map());

      assert.equal(placed.length, boxes.length);
      for (const { label, panel } of placed) {
        assert.ok(inside(label));
        assert.ok(panel === null || inside(panel));
      }
    }),
  );
});

test("a lonely face has its label above and its bars beside it", () => {
  const at = { x: 300, y: 200, width: 150, height: 180 };

  const [{ label, panel }] = layOut([wanted(1, at)], STAGE, new Map());

  assert.ok(label.y + label.height < at.y);
  assert.ok(panel && apart(panel, at) && apart(panel, label));
});

test("the bars stand in the label where they would hide the face", () => {
  const small = { width: 220, height: 190 };

  const [{ panel, label }] = layOut([wanted(1, { x: 30, y: 30, width: 160, height: 140 })], small, new Map());

  assert.equal(panel, null);
  assert.equal(label.width, WIDE.width);
});

test("bars stay on their side while a face moves a little", () => {
  const first = layOut([wanted(1, { x: 300, y: 200, width: 150, height: 180 })], STAGE, new Map());
  const sides = new Map(first.map(({ id, side }) => [id, side]));

  const second = layOut([wanted(1, { x: 320, y: 205, width: 150, height: 180 })], STAGE, sides);

  assert.equal(second[0].side, first[0].side);
});

test("what is kept inside keeps its size", () => {
  assert.deepEqual(keepInside({ x: 790, y: -20, width: 100, height: 40 }, STAGE), { x: 694, y: 6, width: 100, height: 40 });
});
