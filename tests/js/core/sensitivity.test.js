import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
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

const MODELS = new URL("../../../static/models/", import.meta.url);
const manifests = readdirSync(MODELS).map((name) => JSON.parse(readFileSync(new URL(`${name}/manifest.json`, MODELS), "utf8")));

for (const { name, calibration } of manifests.filter(({ smile_label }) => smile_label)) {
  test(`${name} has thresholds for groups: else run \`python -m tests.benchmarks.groups FOLDER --network ${name} --split validation --groups 120 --choose\``, () => {
    const { low, medium, high } = calibration.group_thresholds ?? {};

    assert.ok(0 < high && high <= medium && medium <= low && low < 1);
  });
}

test("there are such networks", () => {
  assert.ok(manifests.some(({ name }) => name === "emotion"));
});
