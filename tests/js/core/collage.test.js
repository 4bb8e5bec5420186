import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { layOutSheet } from "../../../static/js/core/collage.js";

const OPTIONS = { gap: 10, longest: 4096 };
const picture = fc.record({ width: fc.integer({ min: 200, max: 4000 }), height: fc.integer({ min: 200, max: 4000 }) });
const LAYOUTS = /** @type {const} */ (["single", "strip", "grid", "rows"]);

test("one picture keeps its size", () => {
  for (const layout of LAYOUTS) {
    const { width, height, cells } = layOutSheet([{ width: 1920, height: 1080 }], layout, OPTIONS);

    assert.deepEqual([width, height, cells], [1920, 1080, [{ x: 0, y: 0, width: 1920, height: 1080 }]]);
  }
});

test("four pictures stand two by two in a grid, one below the other in a strip", () => {
  const four = Array(4).fill({ width: 640, height: 480 });

  assert.deepEqual(layOutSheet(four, "grid", OPTIONS).cells.map(({ x, y }) => [x, y]), [[0, 0], [650, 0], [0, 490], [650, 490]]);
  assert.deepEqual(layOutSheet(four, "strip", OPTIONS).cells.map(({ x, y }) => [x, y]), [[0, 0], [0, 490], [0, 980], [0, 1470]]);
});

test("the last line of a grid that is not full stands in the middle", () => {
  const three = Array(3).fill({ width: 640, height: 480 });

  assert.equal(layOutSheet(three, "grid", OPTIONS).cells[2].x, 325);
});

test("of three alike in rows the third is hardly larger, and stands in the middle", () => {
  const { width, cells } = layOutSheet(Array(3).fill({ width: 640, height: 480 }), "rows", OPTIONS);

  assert.ok(cells[2].height <= 1.21 * cells[0].height, `${cells[2].height} beside ${cells[0].height}`);
  assert.ok(Math.abs(2 * cells[2].x + cells[2].width - width) <= 2);
});

test("a sheet without a picture is refused with what to do", () => {
  assert.throws(() => layOutSheet([], "grid", OPTIONS), /at least one picture/);
});

test("pictures never overlap, never leave the sheet, and the sheet is never too large", () => {
  fc.assert(
    fc.property(fc.array(picture, { minLength: 1, maxLength: 8 }), fc.constantFrom(...LAYOUTS), (pictures, layout) => {
      const { width, height, cells } = layOutSheet(pictures, layout, OPTIONS);

      assert.ok(width <= OPTIONS.longest + 1 && height <= OPTIONS.longest + 1, `${width} x ${height}`);
      assert.equal(cells.length, layout === "single" ? 1 : pictures.length);
      for (const [i, a] of cells.entries()) {
        assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= width + 1 && a.y + a.height <= height + 1);
        for (const b of cells.slice(i + 1))
          assert.ok(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y);
      }
    }),
  );
});

test("in rows every picture is whole", () => {
  fc.assert(
    fc.property(fc.array(picture, { minLength: 2, maxLength: 8 }), (pictures) => {
      const { cells } = layOutSheet(pictures, "rows", OPTIONS);

      cells.forEach((cell, i) => {
        const off = Math.abs(cell.width / cell.height / (pictures[i].width / pictures[i].height) - 1);
        assert.ok(off < 0.02 + 2 / Math.min(cell.width, cell.height), `${i}: off by ${off}`);
      });
    }),
  );
});
