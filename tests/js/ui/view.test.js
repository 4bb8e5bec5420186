import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { fitUnder } from "../../../static/js/ui/sources/grab.js";
import { fitView, toStage } from "../../../static/js/ui/view.js";

test("a wide picture on a square stage has bars above and below", () => {
  const view = fitView({ width: 400, height: 400 }, { width: 800, height: 400 }, false);

  assert.deepEqual([view.scale, view.left, view.top], [0.5, 0, 100]);
});

test("a mirrored box is as far from the right as the plain one is from the left", () => {
  const size = fc.integer({ min: 1, max: 300 });
  fc.assert(
    fc.property(size, size, (x, width) => {
      const box = { x, y: 10, width, height: 20 };
      const plain = toStage(box, fitView({ width: 640, height: 480 }, { width: 640, height: 480 }, false));
      const mirrored = toStage(box, fitView({ width: 640, height: 480 }, { width: 640, height: 480 }, true));

      assert.equal(mirrored.x + mirrored.width, 640 - plain.x);
      assert.equal(mirrored.y, plain.y);
    }),
  );
});

test("a frame is made smaller where it is large, and never larger", () => {
  assert.deepEqual(fitUnder({ width: 1920, height: 1080 }, 640), { width: 640, height: 360, scale: 3 });
  assert.deepEqual(fitUnder({ width: 320, height: 240 }, 640), { width: 320, height: 240, scale: 1 });
});
