import assert from "node:assert/strict";
import { test } from "node:test";

import { createOverlay } from "../../../static/js/ui/overlay.js";
import { createRate } from "../../../static/js/ui/statistics.js";
import { resolveTheme } from "../../../static/js/ui/theme.js";
import { face } from "./people.js";

test("a face that is gone fades and is forgotten", () => {
  const overlay = createOverlay();
  overlay.faces([face(1), face(2)]);
  overlay.step(0, false);
  overlay.faces([face(2)]);

  for (let time = 16; time < 400; time += 16) overlay.step(time, false);

  assert.equal(overlay.size(), 1);
});

test("with less motion wanted, a face that is gone is gone at once", () => {
  const overlay = createOverlay();
  overlay.faces([face(1)]);
  overlay.step(0, true);
  overlay.faces([]);

  overlay.step(16, true);

  assert.equal(overlay.size(), 0);
});

test("a rate counts the last second", () => {
  const rate = createRate();
  for (let time = 0; time < 5000; time += 40) rate.tick(time);

  assert.equal(rate.rate(4960), 25);
  assert.equal(rate.rate(9000), 0);
});

test("the system's theme counts only where it is chosen", () => {
  assert.equal(resolveTheme("system", true), "dark");
  assert.equal(resolveTheme("system", false), "light");
  assert.equal(resolveTheme("light", true), "light");
});
