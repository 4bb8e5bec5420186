import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { createOneEuro } from "../../../static/js/core/one_euro.js";
import { times } from "./scenes.js";

/** Noise of about ±1 that is the same in every run. @param {number} i */
const jitter = (i) => Math.sin(i * 12.9898) + Math.sin(i * 78.233);

const steps = fc.array(
  fc.record({ elapsed: fc.integer({ min: 0, max: 400 }), value: fc.double({ min: -100, max: 100, noNaN: true }) }),
  { minLength: 1, maxLength: 40 },
);

test("a value that rests is not changed, and the first is taken as it is", () => {
  const filter = createOneEuro();

  for (const time of times(30, 1000)) assert.deepEqual(filter([7, -3], time), [7, -3]);
});

test("the answer lies between the least and the greatest value so far, at irregular times too", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const filter = createOneEuro();
      let time = 0;
      let least = Infinity;
      let greatest = -Infinity;
      for (const { elapsed, value } of sequence) {
        time += elapsed;
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
        const [shown] = filter([value], time);
        assert.ok(shown >= least - 1e-9 && shown <= greatest + 1e-9);
      }
    }),
  );
});

test("a face twice as near is filtered alike", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const far = createOneEuro();
      const near = createOneEuro();
      let time = 0;
      for (const { elapsed, value } of sequence) {
        time += elapsed;
        assert.ok(Math.abs(near([value * 2], time, 100)[0] - 2 * far([value], time, 50)[0]) < 1e-9);
      }
    }),
  );
});

test("jitter of a resting face shrinks to less than half", () => {
  const filter = createOneEuro();
  const shown = times(30, 5000).map((time, i) => filter([100 + jitter(i)], time, 100)[0] - 100);

  const energy = (/** @type {number[]} */ values) =>
    Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

  assert.ok(energy(shown.slice(30)) < energy(shown.map((_, i) => jitter(i)).slice(30)) / 2);
});

test("a face that moves its own width in a second lags by less than a twentieth of it", () => {
  for (const rate of [10, 15, 30, 60]) {
    const filter = createOneEuro();
    for (const time of times(rate, 2000)) {
      const [shown] = filter([time / 10], time, 100);
      if (time > 1000) assert.ok(time / 10 - shown < 5, `${time / 10 - shown} px at ${rate} frames a second`);
    }
  }
});

test("a jump is followed in the same time at 10 and at 30 frames a second", () => {
  const followed = [10, 30].map((rate) => {
    const filter = createOneEuro();
    filter([0], 0, 100);
    for (const time of times(rate, 2000, 1000 / rate)) if (filter([50], time, 100)[0] > 45) return time;
    return Infinity;
  });

  assert.ok(Math.abs(followed[0] - followed[1]) <= 100, `${followed}`);
});

test("the same time twice changes nothing", () => {
  const filter = createOneEuro();
  filter([0], 0);

  const before = filter([10], 40);

  assert.deepEqual(filter([99], 40), before);
});

test("after a step back in time, and after a reset, the filter starts anew", () => {
  const filter = createOneEuro();
  filter([0], 1000);
  filter([10], 1040);

  assert.deepEqual(filter([80], 5), [80]);
  filter.reset();
  assert.deepEqual(filter([-4], 20), [-4]);
});

test("after a long pause the value is where it is now", () => {
  const filter = createOneEuro();
  filter([0], 0, 100);

  const [shown] = filter([300], 60_000, 100);

  assert.ok(Math.abs(shown - 300) < 1e-6);
});
