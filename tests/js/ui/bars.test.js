import assert from "node:assert/strict";
import { test } from "node:test";

import { visitParts } from "../../../static/js/ui/charts/bars.js";

const NAMES = ["short", "long"];

test("visits of which is withheld how long they lasted are a part of the whole", () => {
  const parts = visitParts({ visits: 10, dwell: [6, 0] }, { visits: 20, dwell: [10, 10] }, NAMES);

  assert.deepEqual(parts, [
    { name: "short", share: 0.6, before: 0.5 },
    { name: "long", share: 0, before: 0.5 },
    { name: "withheld", share: 0.4, before: 0 },
  ]);
});

test("where all is told nothing is withheld, and without visits there is no rest", () => {
  assert.deepEqual(visitParts({ visits: 4, dwell: [3, 1] }, null, NAMES).map(({ name, before }) => [name, before]), [["short", null], ["long", null]]);
  assert.deepEqual(visitParts({ visits: 0, dwell: [0, 0] }, null, NAMES).map(({ share }) => share), [0, 0]);
});
