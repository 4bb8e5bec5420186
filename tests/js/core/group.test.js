import assert from "node:assert/strict";
import { test } from "node:test";

import { createGrouper } from "../../../static/js/core/group.js";
import { detection } from "./scenes.js";

/** @typedef {import('./scenes.js').Face} Face */
/** @typedef {import('../../../static/js/contract.js').Group} Group */

/** The numbers of a group, without its people. @param {Group} group */
const numbers = ({ faces, smiling, ready }) => ({ faces, smiling, ready });

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

  assert.deepEqual(numbers(group([], 0)), { faces: 0, smiling: 0, ready: false });
  assert.deepEqual(numbers(group([], 9000)), { faces: 0, smiling: 0, ready: false });
});

test("a group is ready when everybody has been smiling for a moment", () => {
  const group = createGrouper({ smile_threshold: 0.5, settle_ms: 200 });

  assert.deepEqual(numbers(group(faces(0.9, 0.3), 0)), { faces: 2, smiling: 1, ready: false });
  assert.deepEqual(numbers(group(faces(0.9, 0.6), 100)), { faces: 2, smiling: 2, ready: false });
  assert.deepEqual(numbers(group(faces(0.9, 0.6), 300)), { faces: 2, smiling: 2, ready: true });
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

test("every person is told from left to right, with the third of the group and how near the smile is", () => {
  const group = createGrouper({ smile_threshold: 0.5 });
  const [first, second, third] = faces(0.9, 0.25, 0.1);

  const { people } = group([third, first, second], 0);

  assert.deepEqual(
    people.map(({ id, where, smiling, progress }) => [id, where, smiling, progress]),
    [
      [1, "left", true, 1],
      [2, "middle", false, 0.5],
      [3, "right", false, 0.2],
    ],
  );
});

test("a face far in the background neither hinders the group nor smiles for it", () => {
  const group = createGrouper({ smile_threshold: 0.5, settle_ms: 0, background_below: 0.35 });
  const [near] = faces(0.9);
  const far = { ...near, ...detection(400, 100, 30), id: 2, smile: 0.1 };

  const judged = group([near, far], 0);

  assert.deepEqual(numbers(judged), { faces: 1, smiling: 1, ready: true });
  assert.deepEqual(judged.people.map(({ id, background }) => [id, background]), [[1, false], [2, true]]);
  assert.deepEqual(numbers(group([{ ...far, smile: 0.9 }, { ...near, smile: 0.1 }], 100)), { faces: 1, smiling: 0, ready: false });
});

test("a face at the edge of the background does not come and go", () => {
  const group = createGrouper({ smile_threshold: 0.5, background_below: 0.35 });
  const [near] = faces(0.9);
  const count = (/** @type {number} */ side) => group([near, { ...near, ...detection(400, 100, side), id: 2 }], 0).faces;

  assert.deepEqual([36, 34, 36, 39, 41, 36].map(count), [2, 1, 1, 1, 2, 2]);
});

test("without the rule for the background everybody counts", () => {
  const group = createGrouper({ smile_threshold: 0.5 });
  const [near] = faces(0.9);

  assert.equal(group([near, { ...near, ...detection(400, 100, 5), id: 2 }], 0).faces, 2);
});
