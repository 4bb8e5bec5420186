import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { smileThreshold } from "../../../static/js/core/sensitivity.js";

const SENSITIVITIES = /** @type {const} */ (["low", "medium", "high"]);

test("thresholds chosen for groups are taken as they are", () => {
  const calibration = { smile_threshold: 0.6, group_thresholds: { low: 0.7, medium: 0.5, high: 0.2 } };

  assert.deepEqual(SENSITIVITIES.map((one) => smileThreshold(calibration, one)), [0.7, 0.5, 0.2]);
});

test("without them medium is the network's own threshold, low asks for more of a smile, high for less", () => {
  for (const smile_threshold of [0.1, 0.41, 0.9]) {
    const [low, medium, high] = SENSITIVITIES.map((one) => smileThreshold({ smile_threshold }, one));

    assert.ok(Math.abs(medium - smile_threshold) < 1e-9);
    assert.ok(0 < high && high < medium && medium < low && low < 1);
  }
  assert.equal(smileThreshold(null, "medium"), 0.5);
});

test("the network that is shipped has thresholds for groups: else run `python -m tests.benchmarks.groups FOLDER --split validation --groups 120 --choose`", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../../static/models/emotion/manifest.json", import.meta.url), "utf8"));
  const { low, medium, high } = manifest.calibration.group_thresholds;

  assert.ok(0 < high && high <= medium && medium <= low && low < 1);
});
