import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { assign } from "../../../static/js/core/assign.js";

const rewards = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })).chain(([rows, columns]) =>
  fc.array(fc.array(fc.integer({ min: -20, max: 30 }), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  }),
);

/**
 * The greatest sum by trying everything.
 * @param {number[][]} reward
 * @param {number} [row]
 * @param {number[]} [used]
 * @returns {number}
 */
function greatest(reward, row = 0, used = []) {
  if (row === reward.length) return 0;
  const options = reward[row].map((value, column) =>
    used.includes(column) ? 0 : value + greatest(reward, row + 1, [...used, column]),
  );
  return Math.max(greatest(reward, row + 1, used), ...options);
}

test("no pairing is better than the one found", () => {
  fc.assert(
    fc.property(rewards, (reward) => {
      const pairs = assign(reward);
      const made = pairs.flatMap((column, row) => (column < 0 ? [] : [reward[row][column]]));
      assert.equal(
        made.reduce((sum, value) => sum + value, 0),
        greatest(reward),
      );
    }),
    { numRuns: 500 },
  );
});

test("everybody is paired once at most, and never for nothing", () => {
  fc.assert(
    fc.property(rewards, (reward) => {
      const pairs = assign(reward);
      const taken = pairs.filter((column) => column >= 0);
      assert.equal(pairs.length, reward.length);
      assert.equal(new Set(taken).size, taken.length);
      pairs.forEach((column, row) => assert.ok(column < 0 || reward[row][column] > 0));
    }),
  );
});

test("one good pair is better than two poor ones", () => {
  assert.deepEqual(
    assign([
      [10, 4],
      [4, -1],
    ]),
    [0, -1],
  );
});
