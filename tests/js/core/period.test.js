import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addDays, daysBetween, hoursBetween, PERIODS, questionOf, readFilters, stepsWithin, writeFilters } from "../../../static/js/core/period.js";

const TODAY = "2026-11-23";
const day = fc.integer({ min: 0, max: 20_000 }).map((count) => addDays("1990-01-01", count));

test("without an address the last 28 days of all places are shown", () => {
  assert.deepEqual(readFilters("", TODAY), { period: "28d", first: "2026-10-27", last: TODAY, places: [], stations: [], metric: "satisfaction", hours: null });
});

test("filters survive the way through the address", () => {
  const custom = fc.tuple(day, day).map(([a, b]) => ({ period: "custom", first: a < b ? a : b, last: a < b ? b : a }));
  const named = fc.constantFrom(...Object.keys(PERIODS)).map((period) => ({ period, first: addDays(TODAY, 1 - PERIODS[period]), last: TODAY }));
  const filters = fc
    .tuple(fc.oneof(custom, named), fc.uniqueArray(fc.integer({ min: 1, max: 99 })), fc.constantFrom("satisfaction", "visits"))
    .map(([period, places, metric]) => ({ ...period, places, stations: places.map((id) => id + 7), hours: period.first === period.last ? "09:05-24:00" : null, metric: /** @type {"satisfaction" | "visits"} */ (metric) }));

  fc.assert(fc.property(filters, (one) => assert.deepEqual(readFilters(writeFilters(one), TODAY), one)));
});

test("an address that makes no sense is left at the defaults", () => {
  for (const search of ["?period=ever", "?first=2026-13-01&last=2026-01-01", "?first=2026-02-01&last=2026-01-01", "?places=x,-3,0", "?show=faces", "?hours=09:00-10:00", "?hours=x"])
    assert.deepEqual(readFilters(search, TODAY), readFilters("", TODAY), search);
});

test("days are added over the end of a month, a leap day and daylight saving", () => {
  assert.equal(addDays("2024-02-28", 2), "2024-03-01");
  assert.equal(addDays("2026-03-29", 1), "2026-03-30");
  assert.equal(addDays("2026-01-01", -1), "2025-12-31");
});

test("a part of the time axis becomes whole days", () => {
  const at = Date.parse("2026-11-20T13:00Z") / 1000;

  assert.deepEqual(daysBetween(at, at + 3600), { first: "2026-11-20", last: "2026-11-20" });
  assert.deepEqual(daysBetween(at, Date.parse("2026-11-22T00:00Z") / 1000), { first: "2026-11-20", last: "2026-11-21" });
});

test("the server is asked for days and chosen places only", () => {
  assert.equal(questionOf(readFilters("?period=today&places=2,5", TODAY)), "first=2026-11-23&last=2026-11-23&places=2%2C5");
});

test("a part of a single day is asked for by the minute", () => {
  const filters = readFilters("?period=today&hours=09:30-11:00", TODAY);

  assert.equal(questionOf(filters, true), "first=2026-11-23&last=2026-11-23&resolution=minute");
  assert.equal(questionOf(filters), "first=2026-11-23&last=2026-11-23");
  for (const search of ["?hours=11:00-09:30&period=today", "?hours=09:30-25:00&period=today", "?hours=09:30-11:00&period=7d"])
    assert.equal(readFilters(search, TODAY).hours, null, search);
});

test("a part of the axis becomes hours: whole minutes, ten at least, within the day", () => {
  const at = (/** @type {string} */ clock) => Date.parse(`2026-11-20T${clock}Z`) / 1000;

  assert.equal(hoursBetween(at("09:30:20"), at("10:59:40")), "09:30-11:00");
  assert.equal(hoursBetween(at("12:00:00"), at("12:02:00")), "11:56-12:06");
  assert.equal(hoursBetween(at("00:00:00"), at("00:01:00")), "00:00-00:06");
  assert.equal(hoursBetween(at("23:59:00"), at("23:59:30")), "23:50-24:00");
});

test("steps within hours are those of any day between them", () => {
  const steps = [8, 9, 10, 11].map((hour) => ({ at: Date.parse("2026-11-20") / 1000 + hour * 3600 }));

  assert.deepEqual(stepsWithin(steps, "09:00-11:00"), steps.slice(1, 3));
  assert.deepEqual(stepsWithin(steps, null), steps);
});
