import assert from "node:assert/strict";
import { test } from "node:test";

import { smileThreshold } from "../../../static/js/core/sensitivity.js";

test("medium is the network's own threshold, low asks for more of a smile, high for less", () => {
  for (const calibrated of [0.1, 0.41, 0.9]) {
    const [low, medium, high] = /** @type {const} */ (["low", "medium", "high"]).map((one) => smileThreshold(calibrated, one));

    assert.ok(Math.abs(medium - calibrated) < 1e-9);
    assert.ok(0 < high && high < medium && medium < low && low < 1);
  }
});
