import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { createDwell, createSteadyLabel, createSteadyOrUnknown } from "../../../static/js/core/steady.js";
import { createLogAverage } from "../../../static/js/core/log_average.js";
import { times } from "./scenes.js";

/** @type {typeof createDwell<string>} */
const strings = createDwell;
const PATIENT = {
  enter: 0.6,
  leave: 0.5,
  dwell_ms: 100,
  stay_ms: 300,
  unsure_ms: 150,
  unsure_below: 0.4,
  sure_margin: 0.1,
};

test("a wish is granted after the dwell, not before, and a break starts it anew", () => {
  const dwell = strings();
  /** @type {[string, number][]} */
  const wishes = [["a", 0], ["b", 50], ["b", 140], ["a", 145], ["b", 160], ["b", 259], ["b", 260]]; // prettier-ignore

  assert.deepEqual(
    wishes.map(([wanted, time]) => dwell(wanted, time, 100)),
    ["a", "a", "a", "a", "a", "a", "b"],
  );
});

test("what is shown stays for the minimum stay", () => {
  const dwell = strings(300);
  dwell("a", 0, 10);

  assert.deepEqual(
    [100, 200, 299, 300].map((time) => dwell("b", time, 10)),
    ["a", "a", "a", "b"],
  );
});

test("no two changes are closer than the minimum stay, whatever is wanted", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.constantFrom("a", "b", "c")), { maxLength: 60 }),
      (wishes) => {
        const dwell = strings(300);
        let time = 0;
        let shown = "";
        let since = -Infinity;
        for (const [elapsed, wanted] of wishes) {
          time += elapsed;
          const now = dwell(wanted, time, 50);
          if (now === shown) continue;
          assert.ok(time - since >= 300);
          [shown, since] = [now, time];
        }
      },
    ),
  );
});

test("a rival needs the enter share to become the candidate and keeps it down to the leave share", () => {
  const steady = createSteadyLabel(PATIENT);
  steady({ calm: 0.6, glad: 0.4 }, 0);

  const shown = [
    steady({ calm: 0.42, glad: 0.58 }, 1000),
    steady({ calm: 0.42, glad: 0.58 }, 1200),
    steady({ calm: 0.4, glad: 0.6 }, 1300),
    steady({ calm: 0.48, glad: 0.52 }, 1400),
  ];

  assert.deepEqual(
    shown.map(({ label }) => label),
    ["calm", "calm", "calm", "glad"],
  );
});

test("sure ends under unsure_below after the dwell and begins again only above the margin", () => {
  const steady = createSteadyLabel(PATIENT);
  /** @type {[number, number][]} */
  const course = [[0, 0.5], [100, 0.39], [249, 0.39], [250, 0.39], [300, 0.45], [500, 0.45], [600, 0.5], [700, 0.5]]; // prettier-ignore

  const sure = course.map(([time, glad]) => steady({ glad, calm: 0.2, sad: 0.2 }, time).sure);

  assert.deepEqual(sure, [true, true, true, false, false, false, false, true]);
});

test("the first label too is sure only above the margin", () => {
  const started = [0.49, 0.5].map((glad) => createSteadyLabel(PATIENT)({ glad, calm: 0.2, sad: 0.2 }, 0));

  assert.deepEqual(
    started.map(({ sure }) => sure),
    [false, true],
  );
});

test("a label needs unsure_below to be more than unknown", () => {
  const steady = createSteadyOrUnknown({ unsure_below: 0.6, sure_margin: 0.1, dwell_ms: 0 });
  const shown = [0.55, 0.65, 0.7, 0.6, 0.59, 0.35, 0.3].map((female, i) => steady({ female, male: 1 - female }, i));

  assert.deepEqual(shown, ["unknown", "unknown", "female", "female", "unknown", "unknown", "male"]);
});

const twoWays = fc.double({ min: 0.01, max: 0.99, noNaN: true });

test("an average of log-probabilities adds up to one and stays between its looks", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), twoWays), { minLength: 1 }), (looks) => {
      const average = createLogAverage(300);
      let time = 0;
      for (const [elapsed, yes] of looks) {
        time += elapsed;
        const scores = average({ yes, no: 1 - yes }, time);
        assert.ok(Math.abs(scores.yes + scores.no - 1) < 1e-9);
        const odds = looks.map(([, one]) => Math.max(0.02, one) / Math.max(0.02, 1 - one));
        assert.ok(scores.yes / scores.no <= Math.max(...odds) * (1 + 1e-9));
        assert.ok(scores.yes / scores.no >= Math.min(...odds) / (1 + 1e-9));
      }
    }),
  );
});

test("until its memory is filled all looks count alike, then the old ones fade", () => {
  const average = createLogAverage(1000);
  for (const time of times(10, 500)) average({ yes: 0.9, no: 0.1 }, time);
  /** @type {Record<string, number>} */
  let scores = {};
  for (const time of times(10, 950, 500)) scores = average({ yes: 0.1, no: 0.9 }, time);

  assert.ok(scores.yes > 0.25 && scores.yes < 0.5, `${scores.yes}`);
  for (const time of times(10, 6000, 1000)) scores = average({ yes: 0.1, no: 0.9 }, time);
  assert.ok(scores.yes < 0.12, `${scores.yes}`);
});

test("a look at half the pace counts like one after half the time", () => {
  const [slow, quick] = [createLogAverage(100), createLogAverage(100)];
  for (const average of [slow, quick]) average({ yes: 0.9, no: 0.1 }, 0);

  const halved = slow({ yes: 0.1, no: 0.9 }, 80, 1, 0.5);

  assert.ok(Math.abs(halved.yes - quick({ yes: 0.1, no: 0.9 }, 40).yes) < 1e-12);
});

test("one look that is wrong and certain does not outweigh many others", () => {
  const average = createLogAverage(1000);
  for (const time of times(10, 1000)) average({ yes: 0.7, no: 0.3 }, time);

  assert.ok(average({ yes: 0, no: 1 }, 1000).yes > 0.5);
});
