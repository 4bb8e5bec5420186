import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { createNearest, takenAt } from "../../../static/js/photo/nearest.js";

test("of frames in any rhythm the one nearest to the moment is held, and every other one is closed", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 30 }), fc.integer({ min: 0, max: 3000 }), (gaps, moment) => {
      /** @type {number[]} */
      const closed = [];
      const nearest = createNearest(moment, (/** @type {number} */ frame) => closed.push(frame));
      let time = 0;
      const times = gaps.map((gap) => (time += gap));

      const taken = times.filter((at) => nearest.wants(at) && (nearest.hold(at, at), true));

      const away = times.map((at) => Math.abs(at - moment));
      assert.equal(Math.abs((nearest.held()?.time ?? NaN) - moment), Math.min(...away));
      assert.deepEqual(closed, taken.slice(0, -1));
    }),
  );
});

test("a frame's time is the camera's, else the browser's, else the page's", () => {
  assert.equal(takenAt({ captureTime: 100, presentationTime: 130 }, 150), 100);
  assert.equal(takenAt({ presentationTime: 130 }, 150), 130);
  assert.equal(takenAt({}, 150), 150);
});
