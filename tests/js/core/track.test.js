import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { createTracker } from "../../../static/js/core/track.js";
import { centre } from "../../../static/js/core/box.js";
import { detection, times } from "./scenes.js";

/** @typedef {import('./scenes.js').Detection} Detection */
/** @typedef {import('./scenes.js').Track} Track */

/**
 * Who is where: the tracks that are seen, as number and middle.
 * @param {Track[]} tracks
 */
const seen = (tracks) => tracks.filter(({ visible }) => visible).map(({ id, box }) => ({ id, x: centre(box)[0] }));

/**
 * The number of the seen track that is nearest to x.
 * @param {Track[]} tracks
 * @param {number} x
 */
const nearest = (tracks, x) => seen(tracks).sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0]?.id;

for (const rate of [8, 10, 15, 30, 60])
  test(`a face shows within 150 ms and keeps its number and landmarks at ${rate} frames a second`, () => {
    const track = createTracker();
    const shown = [];
    for (const time of times(rate, 2000)) {
      const found = detection(100 + time / 20, 100);
      const tracks = track([found], time);
      if (time >= 150) assert.deepEqual(tracks[0]?.landmarks, found.landmarks);
      shown.push(...seen(tracks));
    }

    assert.deepEqual(new Set(shown.map(({ id }) => id)), new Set([1]));
  });

test("what is seen in a single frame never shows, wherever it is", () => {
  const track = createTracker();
  for (const time of times(30, 1000)) {
    const ghosts = Math.round(time) % 300 < 33 ? [detection(500, 100, 40), detection(140, 100)] : [];
    const shown = seen(track([detection(100, 100), ...ghosts], time)).map(({ id }) => id);
    assert.deepEqual(shown, time < 60 ? [] : [1]);
  }
});

for (const rate of [10, 15, 30])
  for (const seconds of [1, 2, 4])
    test(`two faces that cross in ${seconds} s keep their numbers, one hidden by the other, at ${rate} frames a second`, () => {
      const track = createTracker();
      /** @type {Track[]} */
      let tracks = [];
      let left = 0;
      let right = 0;
      for (const time of times(rate, seconds * 1000)) {
        const way = (400 * time) / (seconds * 1000);
        const going = detection(100 + way, 200);
        const coming = detection(500 - way, 206, 92);
        const apart = Math.abs(centre(going.box)[0] - centre(coming.box)[0]) > 54;
        tracks = track(apart ? [coming, going] : [going], time);
        if (time >= 130 && time <= 240) [left, right] = [nearest(tracks, 100 + way), nearest(tracks, 500 - way)];
      }

      assert.equal(nearest(tracks, 500), left);
      assert.equal(nearest(tracks, 100), right);
      assert.deepEqual(new Set([left, right]), new Set([1, 2]));
    });

for (const rate of [10, 30])
  test(`a face that blinks out for half a second comes back with its number at ${rate} frames a second`, () => {
    const track = createTracker();
    const numbers = new Set();
    for (const time of times(rate, 3000)) {
      const hidden = time > 1000 && time < 1500;
      const tracks = track(hidden ? [] : [detection(100 + time / 10, 100)], time);
      if (hidden) assert.deepEqual(seen(tracks), []);
      for (const { id } of tracks) numbers.add(id);
    }

    assert.deepEqual(numbers, new Set([1]));
  });

test("who was away for longer than keep_ms is somebody new", () => {
  const track = createTracker({ keep_ms: 300 });
  const numbers = times(20, 2000).map((time) => track(time > 500 && time < 1000 ? [] : [detection(100, 100)], time));

  assert.deepEqual([...new Set(numbers.flat().map(({ id }) => id))], [1, 2]);
  assert.equal(numbers[19].length, 0);
});

test("a face is followed on a device of one frame a second", () => {
  const track = createTracker();
  const numbers = times(1, 6000).map((time) => track([detection(100, 100)], time).map(({ id }) => id));

  assert.deepEqual(numbers, [[], [1], [1], [1], [1], [1]]);
});

test("after a phone has slept, and when a video starts again, everybody is new", () => {
  const track = createTracker();
  const numbers = [0, 100, 200, 60_000, 60_100, 60_200, 0, 100, 200].map((time) =>
    track([detection(100, 100)], time).map(({ id }) => id),
  );

  assert.deepEqual(numbers, [[], [1], [1], [], [2], [2], [], [3], [3]]);
});

test("the same time twice is no harm", () => {
  const track = createTracker();
  for (const time of [0, 100, 100, 100]) track([detection(100, 100)], time);

  const [{ id, box }] = track([detection(101, 100)], 200);

  assert.equal(id, 1);
  assert.deepEqual(box, detection(101, 100).box);
});

test("a newcomer beside a face that vanished does not get its number when they are apart", () => {
  const track = createTracker();
  for (const time of times(30, 500)) track([detection(100, 100)], time);
  for (const time of times(30, 1000, 500)) track([detection(320, 100)], time);

  assert.deepEqual(seen(track([detection(320, 100)], 1000)), [{ id: 2, x: 320 }]);
});

test("in still mode everybody shows at once and every picture stands alone", () => {
  const track = createTracker({ still: true });

  assert.deepEqual(seen(track([detection(100, 100), detection(300, 100)], 0)), [
    { id: 1, x: 100 },
    { id: 2, x: 300 },
  ]);
  assert.deepEqual(seen(track([detection(300, 100)], 0)), [{ id: 1, x: 300 }]);
});

const crowd = fc.array(
  fc.record({
    elapsed: fc.integer({ min: -50, max: 900 }),
    faces: fc.array(fc.record({ x: fc.integer({ min: 0, max: 640 }), side: fc.integer({ min: 20, max: 200 }) }), {
      maxLength: 6,
    }),
  }),
  { maxLength: 30 },
);

test("whatever is detected, numbers grow, nobody has two, and every seen track is one of the detections", () => {
  fc.assert(
    fc.property(crowd, (frames) => {
      const track = createTracker();
      const known = new Set();
      let time = 0;
      let newest = 0;
      for (const { elapsed, faces } of frames) {
        time += elapsed;
        const detections = faces.map(({ x, side }) => detection(x, 100, side));
        const tracks = track(detections, time);
        const ids = tracks.map(({ id }) => id);
        assert.deepEqual(
          ids,
          [...new Set(ids)].sort((a, b) => a - b),
        );
        for (const id of ids.filter((one) => !known.has(one))) {
          assert.equal(id, newest + 1);
          newest = id;
          known.add(id);
        }
        const boxes = tracks.filter(({ visible }) => visible).map(({ box }) => box);
        assert.equal(new Set(boxes).size, boxes.length);
        for (const box of boxes) assert.ok(detections.some((found) => found.box === box));
      }
    }),
  );
});

test("the order of detections does not matter", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (turned) => {
      const track = createTracker();
      times(20, 1000).forEach((time, i) => {
        const found = [detection(100 + i * 3, 100), detection(330 - i * 3, 110), detection(500, 100)];
        track(i > 4 && turned[i] ? found.reverse() : found, time);
      });
      assert.deepEqual(seen(track([detection(160, 100), detection(270, 110), detection(500, 100)], 1000)), [
        { id: 1, x: 160 },
        { id: 2, x: 270 },
        { id: 3, x: 500 },
      ]);
    }),
  );
});
