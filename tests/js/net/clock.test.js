import assert from "node:assert/strict";
import { test } from "node:test";
import { createClock } from "../../../static/js/net/clock.js";

test("a clock without an answer says so", () => {
  assert.equal(createClock().offset(), null);
  assert.equal(createClock().error(), Infinity);
});

test("equal ways give the right offset", () => {
  const clock = createClock();
  clock.add(100, 5050, 120);
  assert.equal(clock.offset(), 4940);
});

test("the quickest answer counts, however many slow ones come", () => {
  const clock = createClock();
  clock.add(0, 1001, 2);
  for (let i = 1; i < 6; i++) clock.add(100 * i, 1000 + 100 * i + 80, 100 * i + 90);
  assert.equal(clock.offset(), 1000);
  assert.equal(clock.error(), 1);
});

test("the true offset lies within the error, whatever way was the slow one", () => {
  for (let seed = 1; seed < 200; seed++) {
    const random = (/** @type {number} */ n) => Math.abs(Math.sin(seed * 97 + n * 31)) * 300;
    const clock = createClock();
    for (let n = 0; n < 8; n++) {
      const [sent, there, back] = [1000 * n, random(n), random(n + 50)];
      clock.add(sent, sent + there + 7000, sent + there + back);
    }
    assert.ok(Math.abs(/** @type {number} */ (clock.offset()) - 7000) <= clock.error() + 1e-9);
  }
});

test("an answer that cannot be is left out", () => {
  const clock = createClock();
  clock.add(10, NaN, 20);
  clock.add(20, 5, 10);
  assert.equal(clock.offset(), null);
});
