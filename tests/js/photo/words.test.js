import assert from "node:assert/strict";
import { test } from "node:test";

import { arm } from "../../../static/js/core/capture.js";
import { photoName } from "../../../static/js/photo/names.js";
import { backgroundText, groupProgress, missingText, photoLine } from "../../../static/js/photo/words.js";

/** @typedef {import("../../../static/js/contract.js").Person} Person */

/** @param {...Partial<Person>} people */
function group(...people) {
  const all = people.map((one, i) => ({ id: i + 1, progress: one.smiling ? 1 : 0.5, smiling: false, where: "middle", background: false, ...one }));
  const counted = all.filter(({ background }) => !background);
  return { faces: counted.length, smiling: counted.filter(({ smiling }) => smiling).length, ready: false, people: all };
}
const smiling = { smiling: true };

test("who is missing is told by place and without shame", () => {
  const two_of_three = group({ where: "left" }, smiling, { ...smiling, where: "right" });

  assert.equal(missingText(two_of_three, false), "Two of three, someone on the left is still thinking");
  assert.equal(missingText(two_of_three, true), "Two of three, someone on the right is still thinking");
  assert.equal(missingText(group({}, {}, smiling), false), "One of three, two are still thinking");
  assert.equal(missingText(group({}, {}), false), "Two of you here. Whenever you are ready, smile");
  assert.equal(missingText(group(smiling, smiling), false), "All two smile, hold it");
  assert.equal(missingText(group(smiling), false), "Smile detected, hold it");
  assert.match(missingText(group(), false), /takes itself when everyone smiles/);
});

test("those far away are told and not counted", () => {
  const with_far = group(smiling, { background: true }, { background: true });

  assert.equal(backgroundText(with_far), "Two far away are not waited for");
  assert.equal(backgroundText(group(smiling)), "");
  assert.equal(groupProgress(with_far), 1);
  assert.equal(groupProgress(group(smiling, {})), 0.75);
  assert.equal(groupProgress(group()), 0);
});

test("the line follows the state, and offers when the wait is long", () => {
  const all = group(smiling, smiling);

  assert.equal(photoLine({ ...arm(0), state: "counting" }, all, false), "Smiles detected, keep smiling");
  assert.equal(photoLine({ ...arm(0), state: "showing" }, all, false), "");
  assert.match(photoLine({ ...arm(0), offered: true }, group({}, smiling), false), /Or is this good enough\?$/);
});

test("a photo is named by kind and moment", () => {
  assert.equal(photoName({ time: new Date(2026, 10, 3, 8, 5, 9).getTime(), kind: "strip" }), "allsmiles-strip-2026-11-03-08-05-09.jpg");
});
