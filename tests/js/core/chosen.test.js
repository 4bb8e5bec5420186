import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenOf, withPlace, withStation } from "../../../static/js/core/chosen.js";

/** @param {number} id @param {...number} stations @returns {any} */
const place = (id, ...stations) => ({ id, name: `Place ${id}`, stations: stations.map((one) => ({ id: one })) });
const PLACES = [place(1, 11, 12), place(2, 21), place(3, 31, 32)];

/** @param {{places: number[], stations: number[]}} chosen */
const told = (chosen) => chosenOf(PLACES, chosen).map((one) => [one.place.id, one.whole, one.place.stations.map(({ id }) => id)]);

test("without a choice everything is shown", () => {
  assert.deepEqual(told({ places: [], stations: [] }).map(([id]) => id), [1, 2, 3]);
});

test("a whole place and a single station of another are shown together", () => {
  assert.deepEqual(told({ places: [2], stations: [12] }), [[1, false, [12]], [2, true, [21]]]);
});

test("a station of a place that is chosen as a whole changes nothing, and neither does one that is gone", () => {
  assert.deepEqual(told({ places: [1], stations: [11, 99] }), [[1, true, [11, 12]]]);
});

test("choosing a place takes its single stations in, choosing one of them leaves the others out", () => {
  const whole = withPlace({ places: [2], stations: [11, 31] }, PLACES[0], true);
  assert.deepEqual(whole, { places: [2, 1], stations: [31] });
  assert.deepEqual(withStation(whole, PLACES[0], 12, true), { places: [2], stations: [31, 12] });
});

test("what was chosen last and taken away leaves everything", () => {
  assert.deepEqual(withStation({ places: [], stations: [31] }, PLACES[2], 31, false), { places: [], stations: [] });
  assert.deepEqual(withPlace({ places: [2], stations: [] }, PLACES[1], false), { places: [], stations: [] });
});
