import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { createSmoother } from "../../../static/js/core/smooth.js";
import { EMOTIONS, THRESHOLDS, changes, detection, look, times, track } from "./scenes.js";

/** @typedef {import('./scenes.js').Face} Face */
/** @typedef {import('./scenes.js').Look} Look */

/**
 * Smooth one face over time.
 * @param {number[]} frame_times
 * @param {(time: number, frame: number) => Look} seen
 * @param {Partial<import('../../../static/js/core/smooth.js').SmoothConfig>} [config]
 * @returns {Face[]} one per frame
 */
function play(frame_times, seen, config = {}) {
  const smooth = createSmoother({ ...THRESHOLDS, ...config });
  return frame_times.flatMap((time, frame) => smooth([track(time)], new Map([[1, seen(time, frame)]]), time));
}

/** What the page writes. @param {Face} face */
const label = ({ emotion, sure }) => (sure ? emotion : "unsure");

test("the first look is shown at once", () => {
  const [face] = play([0], () => look("sad"));

  assert.equal(face.emotion, "sad");
  assert.equal(face.sure, true);
  assert.equal(face.gender, "female");
  assert.ok(Math.abs(face.scores.sad - 0.85) < 0.01);
  assert.equal(face.smile, face.scores.happy);
  assert.deepEqual(face.box, track(0).box);
  assert.deepEqual(face.landmarks, track(0).landmarks);
});

for (const rate of [10, 15, 30])
  test(`looks that alternate every frame do not flicker at ${rate} frames a second`, () => {
    const faces = play(times(rate, 5000), (_, frame) =>
      look(frame % 2 ? "neutral" : "happy", 0.9, frame % 2 ? 0.1 : 0.9),
    );

    assert.ok(changes(faces.map(({ emotion }) => emotion)).length === 1);
    assert.ok(changes(faces.map(label)).length <= 2);
    assert.ok(changes(faces.map(({ gender }) => gender)).length <= 2);
  });

for (const rate of [10, 15, 30])
  test(`a real change shows within 400 ms at ${rate} frames a second`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 1200 }),
        fc.constantFrom(...EMOTIONS),
        fc.constantFrom(...EMOTIONS),
        fc.double({ min: 0.5, max: 0.99, noNaN: true }),
        fc.double({ min: 0.6, max: 0.99, noNaN: true }),
        (moment, before, after, certain_before, certain_after) => {
          const frames = times(rate, 2000);
          const faces = play(frames, (time) =>
            time < moment ? look(before, certain_before) : look(after, certain_after),
          );
          frames.forEach((time, i) =>
            assert.equal(faces[i].emotion, time < moment ? before : time > moment + 400 ? after : faces[i].emotion),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

/** A course of expressions, each held for a while. */
const course = fc.array(
  fc.record({
    emotion: fc.constantFrom(...EMOTIONS),
    probability: fc.double({ min: 0.6, max: 0.98, noNaN: true }),
    lasts: fc.integer({ min: 700, max: 2000 }),
  }),
  { minLength: 2, maxLength: 6 },
);

/**
 * What is seen at a time of a course.
 * @param {{emotion: string, probability: number, lasts: number}[]} parts
 * @param {number} time
 */
function seenAt(parts, time) {
  let end = 0;
  const part = parts.find(({ lasts }) => time < (end += lasts)) ?? parts[parts.length - 1];
  return look(part.emotion, part.probability);
}

/**
 * When which label begins to show.
 * @param {number[]} frame_times
 * @param {string[]} labels one per frame
 */
function beginnings(frame_times, labels) {
  return labels
    .map((begun, i) => ({ begun, time: frame_times[i] }))
    .filter(({ begun }, i) => i === 0 || begun !== labels[i - 1]);
}

test("10 and 30 frames a second show the same labels, each begun within one frame of time", () => {
  fc.assert(
    fc.property(course, (parts) => {
      const until = parts.reduce((sum, { lasts }) => sum + lasts, 0) + 500;
      const [slowly, quickly] = [10, 30].map((rate) => {
        const frames = times(rate, until);
        return beginnings(frames, play(frames, (time) => seenAt(parts, time)).map(label));
      });
      assert.deepEqual(
        slowly.map(({ begun }) => begun),
        quickly.map(({ begun }) => begun),
      );
      slowly.forEach(({ begun, time }, i) =>
        assert.ok(Math.abs(time - quickly[i].time) <= 100 + 1e-6, `${begun} at ${time} and at ${quickly[i].time} ms`),
      );
    }),
    { numRuns: 1000 },
  );
});

test("irregular frames show every expression of the course, each within 400 ms and a frame", () => {
  const pause = fc.integer({ min: 15, max: 130 });
  fc.assert(
    fc.property(course, fc.array(pause, { minLength: 1, maxLength: 20 }), (parts, pauses) => {
      const until = parts.reduce((sum, { lasts }) => sum + lasts, 0);
      const frames = [0];
      while (frames[frames.length - 1] < until)
        frames.push(frames[frames.length - 1] + pauses[frames.length % pauses.length]);
      const shown = play(frames, (time) => seenAt(parts, time)).map(({ emotion }) => emotion);
      assert.deepEqual(changes(shown), changes(parts.map(({ emotion }) => emotion)));
      let end = 0;
      for (const { emotion, lasts } of parts) {
        const begun = end + 530;
        end += lasts;
        frames.forEach((time, i) =>
          assert.ok(time < begun || time >= end || shown[i] === emotion, `${emotion} at ${time}`),
        );
      }
    }),
    { numRuns: 300 },
  );
});

test("after a long gap the label follows within a few frames, not the time of the gap", () => {
  const frames = [...times(30, 1000), ...times(30, 61_000, 60_000)];
  const faces = play(frames, (time) => look(time < 5000 ? "happy" : "sad"));

  frames.forEach((time, i) => assert.ok(time < 60_200 || faces[i].emotion === "sad"));
});

test("when time runs backwards the face starts anew instead of freezing", () => {
  const frames = [...times(30, 10_000, 9000), ...times(30, 1000)];
  const faces = play(frames, (time) => look(time >= 9000 ? "happy" : "sad"));

  assert.deepEqual(changes(faces.map(({ emotion }) => emotion)), ["happy", "sad"]);
  assert.equal(faces[30].emotion, "sad");
});

test("what the network is not sure of is unsure, and no other label is invented", () => {
  const faces = play(times(30, 2000), (time) => look("happy", time < 1000 ? 0.8 : 0.3));

  assert.deepEqual(changes(faces.map(label)), ["happy", "unsure"]);
  assert.deepEqual(changes(faces.map(({ emotion }) => emotion)), ["happy"]);
});

test("perceived gender rests on all looks: a second of wrong ones does not turn it", () => {
  const faces = play(times(15, 8000), (time) => look("happy", 0.8, time > 5000 && time < 6000 ? 0.1 : 0.9));

  assert.deepEqual(changes(faces.map(({ gender }) => gender)), ["female"]);
});

test("a bad start of perceived gender is mended, however long the track", () => {
  const frames = times(15, 60_000);
  const faces = play(frames, (time) => look("happy", 0.8, time < 20_000 ? 0.1 : 0.9));

  assert.deepEqual(changes(faces.map(({ gender }) => gender)), ["male", "unknown", "female"]);
  const mended = frames[faces.findIndex(({ gender }) => gender === "female")];
  assert.ok(mended < 20_000 + 8000, `${mended}`);
});

test("perceived gender is unknown where neither is likely", () => {
  const faces = play(times(15, 2000), (_, frame) => look("happy", 0.8, 0.5 + 0.1 * Math.sin(frame)));

  assert.deepEqual(changes(faces.map(({ gender }) => gender)), ["unknown"]);
});

test("looks at a large face count more for perceived gender than looks at a small one", () => {
  const smooth = createSmoother(THRESHOLDS);
  const far = { box: detection(200, 200, 20).box };
  let gender_scores = { female: 0, male: 0 };
  for (const time of times(20, 2000)) {
    const near = time >= 1000;
    const seen = new Map([[1, look("happy", 0.8, near ? 0.8 : 0.2)]]);
    ({ gender_scores } = /** @type {*} */ (smooth([track(time, near ? {} : far)], seen, time)[0]));
  }

  assert.ok(gender_scores.female > 0.65, `${gender_scores.female}`);
});

test("faces do not mix: each is smoothed by its own looks", () => {
  const smooth = createSmoother(THRESHOLDS);
  for (const time of times(30, 1000)) {
    const looks = new Map([[1, look("happy")], [2, look("sad", 0.85, 0.05)]]); // prettier-ignore
    const faces = smooth([track(time), track(time, { id: 2 })], looks, time);

    assert.deepEqual(
      faces.map(({ id, emotion, gender }) => ({ id, emotion, gender })),
      [
        { id: 1, emotion: "happy", gender: "female" },
        { id: 2, emotion: "sad", gender: "male" },
      ],
    );
  }
});

test("a track without a look has no face yet, one without a new look keeps its labels", () => {
  const smooth = createSmoother(THRESHOLDS);

  assert.deepEqual(smooth([track(0)], new Map(), 0), []);
  smooth([track(40)], new Map([[1, look("happy")]]), 40);
  assert.equal(smooth([track(80)], new Map(), 80)[0].emotion, "happy");
});

test("a face that the detector misses is held for a moment, then gone", () => {
  const smooth = createSmoother({ ...THRESHOLDS, hold_ms: 200 });
  smooth([track(0)], new Map([[1, look("happy")]]), 0);
  const missed = [100, 200, 300].map((time) => smooth([track(0, { visible: false })], new Map(), time).length);

  assert.deepEqual(missed, [1, 1, 0]);
});

test("what was known of a track goes with it", () => {
  const smooth = createSmoother(THRESHOLDS);
  smooth([track(0)], new Map([[1, look("happy")]]), 0);
  smooth([], new Map(), 40);

  assert.deepEqual(smooth([track(80)], new Map(), 80), []);
  smooth([track(120)], new Map([[1, look("sad")]]), 120);
  smooth.reset();
  assert.deepEqual(smooth([track(160)], new Map(), 160), []);
});

test("in still mode every picture stands alone", () => {
  const faces = play([0, 33, 66], (_, frame) => look(["happy", "sad", "fear"][frame]), { still: true });

  assert.deepEqual(
    faces.map(({ emotion }) => emotion),
    ["happy", "sad", "fear"],
  );
});

test("in still mode scores are those of the network", () => {
  const scores = { angry: 0, disgust: 0, fear: 0, happy: 0.999, sad: 0.001, surprise: 0, neutral: 0 };

  const [face] = play([0], () => ({ emotion: scores, gender: { female: 0.999, male: 0.001 } }), { still: true });

  for (const [label, p] of Object.entries(scores)) assert.ok(Math.abs(face.scores[label] - p) < 1e-6);
  assert.ok(Math.abs(face.gender_scores.female - 0.999) < 1e-6);
});
