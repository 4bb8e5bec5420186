import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, expressionText, genderText, groupText, percent } from "../../../static/js/ui/words.js";
import { face } from "./people.js";

test("a probability never claims certainty that is not there", () => {
  assert.equal(percent(0.996), "99\u00a0%");
  assert.equal(percent(1), "100\u00a0%");
  assert.equal(percent(-0.1), "0\u00a0%");
});

test("an expression is written with its probability, or as unsure without one", () => {
  assert.equal(expressionText(face(1, { emotion: "happy", scores: { happy: 0.934 } })), "happy 93\u00a0%");
  assert.equal(expressionText(face(1, { sure: false })), "unsure");
});

test("gender is always called perceived", () => {
  assert.equal(genderText(face(1, { gender: "female" })), "perceived gender: woman");
  assert.equal(genderText(face(1, { gender: "male" })), "perceived gender: man");
  assert.equal(genderText(face(1, { gender: "unknown" })), "perceived gender: unknown");
});

test("faces are described in the order of their numbers", () => {
  const faces = [face(2, { sure: false }), face(1, { emotion: "happy" })];

  assert.equal(describe(faces), "2 faces: face 1 happy, face 2 unsure");
  assert.equal(describe([]), "Nobody in the picture");
});

test("a crowd is described briefly", () => {
  const crowd = [1, 2, 3, 4, 5, 6].map((id) => face(id));

  assert.match(describe(crowd), /^6 faces: face 1 neutral, .* and 2 more$/);
});

test("a group is counted in words", () => {
  assert.equal(groupText({ faces: 0, smiling: 0, ready: false, people: [] }), "None yet");
  assert.equal(groupText({ faces: 1, smiling: 1, ready: true, people: [] }), "1 face, 1 smiling");
});
