import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { centre, cropBox, iou, size } from "../../../static/js/core/box.js";

const box = fc.record({
  x: fc.double({ min: -500, max: 500, noNaN: true }),
  y: fc.double({ min: -500, max: 500, noNaN: true }),
  width: fc.double({ min: 1, max: 500, noNaN: true }),
  height: fc.double({ min: 1, max: 500, noNaN: true }),
});

test("a box covers itself wholly, and half of its double", () => {
  const half = { x: 10, y: 10, width: 20, height: 10 };

  assert.equal(iou(half, half), 1);
  assert.equal(iou(half, { ...half, height: 20 }), 0.5);
});

test("boxes that only touch do not overlap", () => {
  assert.equal(iou({ x: 0, y: 0, width: 5, height: 5 }, { x: 5, y: 0, width: 5, height: 5 }), 0);
});

test("overlap is the same from both sides and lies between 0 and 1", () => {
  fc.assert(
    fc.property(box, box, (a, b) => {
      const overlap = iou(a, b);
      assert.equal(overlap, iou(b, a));
      assert.ok(overlap >= 0 && overlap <= 1 + 1e-12);
    }),
  );
});

test("a face is framed by a square about or below its middle", () => {
  const scales = fc.double({ min: 0.5, max: 3, noNaN: true });
  const shifts = fc.double({ min: -0.2, max: 0.2, noNaN: true });
  fc.assert(
    fc.property(box, scales, shifts, (face, scale, shift) => {
      const framed = cropBox(face, scale, shift);
      const [x, y] = centre(face);
      const expected = [x, y + shift * framed.height];
      assert.equal(framed.width, framed.height);
      assert.equal(framed.width, Math.max(face.width, face.height) * scale);
      centre(framed).forEach((value, axis) => assert.ok(Math.abs(value - expected[axis]) < 1e-9));
    }),
  );
});

test("the size of a box can always be divided by", () => {
  assert.equal(size({ x: 0, y: 0, width: 40, height: 90 }), 60);
  assert.equal(size({ x: 0, y: 0, width: 0, height: -3 }), 1);
});
