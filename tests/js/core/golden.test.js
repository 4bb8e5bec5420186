// The golden files are made by tests/golden/make.py from the Python side; here the JavaScript side must agree.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { arm, captureDefaults, step } from "../../../static/js/core/capture.js";
import { crop, grey } from "../../../static/js/core/crop.js";
import { createGrouper, groupDefaults } from "../../../static/js/core/group.js";
import { oneEuroDefaults } from "../../../static/js/core/one_euro.js";
import { createSmoother, smoothDefaults } from "../../../static/js/core/smooth.js";
import { createTracker, trackDefaults } from "../../../static/js/core/track.js";
import { tilt, upright } from "../../../static/js/core/upright.js";
import { createVisits, visitDefaults } from "../../../static/js/core/visits.js";

/** @param {string} name */
function golden(name) {
  return JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), "utf8"));
}

/**
 * Compare values of any depth, numbers to a tolerance.
 * @param {unknown} actual
 * @param {unknown} expected
 * @param {number} tolerance
 * @param {string} where
 */
function assertClose(actual, expected, tolerance, where) {
  if (typeof expected === "number") {
    assert.ok(Math.abs(Number(actual) - expected) <= tolerance, `${where}: ${actual} is not ${expected}`);
  } else if (expected !== null && typeof expected === "object") {
    const parts = /** @type {Record<string, unknown>} */ (expected);
    const given = /** @type {Record<string, unknown>} */ (actual);
    assert.deepEqual(Object.keys(given).sort(), Object.keys(parts).sort(), where);
    for (const [key, part] of Object.entries(parts)) assertClose(given[key], part, tolerance, `${where}.${key}`);
  } else assert.equal(actual, expected, where);
}

test("both languages have the same defaults", () => {
  const smooth = golden("smooth");

  assert.deepEqual(trackDefaults, golden("track").defaults);
  assert.deepEqual(smoothDefaults, smooth.defaults);
  assert.deepEqual(oneEuroDefaults, smooth.one_euro_defaults);
  assert.deepEqual(groupDefaults, smooth.group_defaults);
  assert.deepEqual(captureDefaults, golden("capture").defaults);
  assert.deepEqual(visitDefaults, golden("visits").defaults);
});

const crops = golden("crop");
for (const { name, image, box, width, height, ...expected } of crops.cases) {
  test(`crops as in Python: ${name}`, () => {
    const { data, ...size } = crops.images[image];

    const pixels = crop({ ...size, data: Uint8ClampedArray.from(data) }, box, width, height);

    if (expected.pixels) assertClose([...pixels], expected.pixels, 1e-3, name);
    else assertClose([...grey(pixels)], expected.grey, 1e-3, name);
  });
}

const tilted = golden("upright");
for (const { name, box, landmarks, framed, side, ...expected } of tilted.cases) {
  test(`turns upright as in Python: ${name}`, () => {
    const { data, ...size } = tilted.image;

    const turned = upright({ ...size, data: Uint8ClampedArray.from(data) }, box, landmarks, framed, side);

    assertClose(tilt(landmarks), expected.tilt, 1e-6, name);
    assertClose([...grey(crop(turned.image, turned.framed, side, side))], expected.grey, 1e-3, name);
  });
}

test("follows as in Python", () => {
  const track = createTracker();
  for (const { time, detections, tracks } of golden("track").frames) {
    const shown = track(detections, time).map(({ id, visible, box, last_seen }) => ({ id, visible, box, last_seen }));

    assert.deepEqual(shown, tracks, `at ${time} ms`);
  }
});

test("smooths as in Python: labels exactly, boxes to 1e-6", () => {
  const { config, frames } = golden("smooth");
  const smooth = createSmoother(config);
  for (const { time, tracks, looks, faces } of frames) {
    const seen = new Map(Object.entries(looks).map(([id, look]) => [Number(id), look]));

    assertClose(smooth(tracks, seen, time), faces, 1e-6, `at ${time} ms`);
  }
});

test("judges groups as in Python", () => {
  const { config, frames } = golden("group");
  const group = createGrouper(config);
  for (const { time, faces, group: expected } of frames) assertClose(group(faces, time), expected, 1e-6, `at ${time} ms`);
});

for (const { name, config, events } of golden("capture").courses) {
  test(`captures as in Python: ${name}`, () => {
    let capture = arm(0);
    for (const { time, event, capture: expected, effects } of events) {
      const stepped = step(capture, event, time, config);

      assertClose(stepped.capture, expected, 1e-6, `at ${time} ms`);
      assert.deepEqual(stepped.effects, effects, `at ${time} ms`);
      capture = stepped.capture;
    }
  });
}

for (const { name, config, events } of golden("visits").courses) {
  test(`counts visits as in Python: ${name}`, () => {
    const visits = createVisits(config);
    for (const { time, faces, present, taken } of events) {
      visits.see(faces, time);

      assert.equal(visits.present(), present, `at ${time} ms`);
      if (taken) assert.deepEqual(visits.take(), taken, `at ${time} ms`);
    }
  });
}
