import assert from "node:assert/strict";
import { test } from "node:test";

import { createGrouper } from "../../../static/js/core/group.js";
import { detection } from "./scenes.js";

/** @typedef {import('./scenes.js').Face} Face */

/**
 * Faces that smile with the given probabilities.
 * @param {...number} smiles
 * @returns {Face[]}
 */
function faces(...smiles) {
  return smiles.map((smile, i) => ({
    ...detection(100 * i, 100),
    id: i + 1,
    emotion: "happy",
    sure: true,
    scores: { happy: smile },
    smile,
    gender: "unknown",
    gender_scores: {},
  }));
}

test("nobody is no group that is ready", () => {
  const group = createGrouper({ smile_threshold: 0.5 });

  assert.deepEqual(group([], 0), { faces: 0, smiling: 0, ready: false });
  assert.deepEqual(group([], 9000), { faces: 0, smiling: 0, ready: false });
});

test("a group is ready when everybody has been smiling for a moment", () => {
  const group = createGrouper({ smile_threshold: 0.5, settle_ms: 200 });

  assert.deepEqual(group(faces(0.9, 0.3), 0), { faces: 2, smiling: 1, ready: false });
  assert.deepEqual(group(faces(0.9, 0.6), 100), { faces: 2, smiling: 2, ready: false });
  assert.deepEqual(group(faces(0.9, 0.6), 300), { faces: 2, smiling: 2, ready: true });
});

test("a smile that weakens a little is still a smile, a weak one is none", () => {
  const group = createGrouper({ smile_threshold: 0.5, smile_margin: 0.1, settle_ms: 0 });

  assert.equal(group(faces(0.45), 0).smiling, 0);
  assert.equal(group(faces(0.5), 100).smiling, 1);
  assert.equal(group(faces(0.45), 200).smiling, 1);
  assert.equal(group(faces(0.39), 300).smiling, 0);
  assert.equal(group(faces(0.45), 400).smiling, 0);
});

test("one who stops smiling starts the moment anew", () => {
  const group = createGrouper({ smile_threshold: 0.5, settle_ms: 200 });
  group(faces(0.9), 0);
  group(faces(0.1), 150);
  group(faces(0.9), 200);

  assert.equal(group(faces(0.9), 300).ready, false);
  assert.equal(group(faces(0.9), 400).ready, true);
});

test("time that runs backwards starts the moment anew", () => {
  const group = createGrouper({ smile_threshold: 0.5, settle_ms: 200 });
  group(faces(0.9), 9000);

  assert.equal(group(faces(0.9), 0).ready, false);
  assert.equal(group(faces(0.9), 200).ready, true);
});

test("a single picture is judged at once", () => {
  const group = createGrouper({ smile_threshold: 0.5, still: true });

  assert.equal(group(faces(0.9, 0.8), 0).ready, true);
  assert.equal(group(faces(0.9, 0.45), 0).ready, false);
});
