import assert from "node:assert/strict";
import { test } from "node:test";

import { findAction, SHORTCUTS } from "../../../static/js/ui/shortcuts.js";

/** @param {string} key @param {object} [held] */
const press = (key, held = {}) => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });
const PAGE = { tag: "BODY" };

test("each key means one action", () => {
  const keys = SHORTCUTS.map(({ key, shift }) => `${shift ? "shift " : ""}${key}`);

  assert.equal(new Set(keys).size, keys.length);
});

test("shift tells the two snapshots apart", () => {
  assert.equal(findAction(press("s"), PAGE), "snapshot");
  assert.equal(findAction(press("S", { shiftKey: true }), PAGE), "snapshot_plain");
});

test("the question mark needs shift on many keyboards and none on some", () => {
  assert.equal(findAction(press("?", { shiftKey: true }), PAGE), "help");
  assert.equal(findAction(press("?"), PAGE), "help");
});

test("the browser's own keys are left alone", () => {
  assert.equal(findAction(press("s", { ctrlKey: true }), PAGE), null);
  assert.equal(findAction(press("c", { metaKey: true }), PAGE), null);
});

test("space on a button presses the button", () => {
  assert.equal(findAction(press(" "), PAGE), "pause");
  assert.equal(findAction(press(" "), { tag: "BUTTON" }), null);
});

test("a choice is typed into, not commanded", () => {
  assert.equal(findAction(press("w"), { tag: "SELECT" }), null);
  assert.equal(findAction(press("m"), { tag: "SELECT" }), null);
});
