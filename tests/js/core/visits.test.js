import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createVisits, leftOut } from "../../../static/js/core/visits.js";

/** @param {number} id @param {number} smile @param {Partial<import("../../../static/js/contract.js").Face>} [more] */
const face = (id, smile, more = {}) =>
  /** @type {import("../../../static/js/contract.js").Face} */ ({
    id,
    smile,
    emotion: smile > 0.5 ? "happy" : "neutral",
    gender: "female",
    box: { x: 0, y: 0, width: 10, height: 10 },
    ...more,
  });

/**
 * Play looks ten times a second: at each time who is there, as [id, smile].
 * @param {ReturnType<typeof createVisits>} visits
 * @param {number} from seconds
 * @param {number} to
 * @param {(seconds: number) => [number, number][]} who
 */
function play(visits, from, to, who) {
  for (let step = Math.round(from * 10); step <= Math.round(to * 10); step++)
    visits.see(who(step / 10).map(([id, smile]) => face(id, smile)), step * 100);
}

test("who stays is a visit when gone, who passes by is none", () => {
  const visits = createVisits();

  play(visits, 0, 10, (at) => (at < 6 ? [[1, 0]] : at < 7 ? [[2, 0]] : []));

  const { visits: count, dwell, dwell_ms, observed_ms } = visits.take();
  assert.deepEqual([count, dwell, dwell_ms, observed_ms], [1, [0, 1, 0, 0, 0], 5900, 10_000]);
  assert.equal(visits.take().visits, 0);
});

test("a visit that goes on is not counted yet", () => {
  const visits = createVisits();

  play(visits, 0, 20, () => [[1, 0]]);

  assert.equal(visits.take().visits, 0);
  assert.equal(visits.present(), 1);
});

test("a face hidden for a second is the same visit", () => {
  const visits = createVisits();

  play(visits, 0, 12, (at) => (at < 4 || (at > 5 && at < 9) ? [[1, 0]] : []));

  assert.equal(visits.take().visits, 1);
});

test("a short flicker is no smile, half a second is", () => {
  const flicker = createVisits();
  const smile = createVisits();
  play(flicker, 0, 10, (at) => (at < 6 ? [[1, at > 2 && at < 2.35 ? 0.9 : 0]] : []));
  play(smile, 0, 10, (at) => (at < 6 ? [[1, at > 2 && at < 2.75 ? 0.9 : 0]] : []));

  assert.equal(flicker.take().smiled, 0);
  assert.equal(smile.take().smiled, 1);
});

test("who comes without and leaves with a smile leaves brighter, the other way round dimmer, throughout neither", () => {
  /** @param {(share: number) => boolean} smiling */
  const told = (smiling) => {
    const visits = createVisits();
    play(visits, 0, 14, (at) => (at <= 9 ? [[1, smiling(at / 9) ? 0.9 : 0]] : []));
    const { brightened, dimmed, smiled } = visits.take();
    return [brightened, dimmed, smiled];
  };

  assert.deepEqual(told((share) => share > 0.7), [1, 0, 1]);
  assert.deepEqual(told((share) => share < 0.3), [0, 1, 1]);
  assert.deepEqual(told(() => true), [0, 0, 1]);
  assert.deepEqual(told((share) => share > 0.4 && share < 0.6), [0, 0, 1]);
});

test("a poster is no visitor", () => {
  const visits = createVisits({ longest_ms: 60_000 });

  play(visits, 0, 70, (at) => (at < 65 ? [[1, 0.9]] : []));

  assert.equal(visits.take().visits, 0);
});

test("while nobody looked nothing was observed", () => {
  const visits = createVisits();

  visits.see([], 0);
  visits.see([], 1000);
  visits.see([], 60_000);
  visits.see([], 61_000);

  assert.equal(visits.take().observed_ms, 2000);
});

test("perceived gender is counted only where it is asked for", () => {
  const [without, with_gender] = [createVisits(), createVisits({ gender: true })];

  for (const visits of [without, with_gender]) play(visits, 0, 9, (at) => (at < 5 ? [[1, 0]] : []));

  assert.deepEqual(without.take().gender, {});
  assert.deepEqual(with_gender.take().gender, { female: 1 });
});

test("faces in a zone left out are known by their middle", () => {
  const zones = [{ x: 0.5, y: 0, width: 0.5, height: 1 }];
  const size = { width: 640, height: 480 };

  assert.equal(leftOut({ x: 400, y: 100, width: 100, height: 100 }, size, zones), true);
  assert.equal(leftOut({ x: 250, y: 100, width: 100, height: 100 }, size, zones), false);
});

test("for any crowd the sums add up as the server asks for", () => {
  const stays = fc.array(fc.record({ from: fc.integer({ min: 0, max: 30 }), length: fc.integer({ min: 1, max: 40 }), smile: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 6 });

  fc.assert(
    fc.property(stays, (people) => {
      const visits = createVisits({ gender: true });
      play(visits, 0, 80, (at) => people.flatMap(({ from, length, smile }, i) => (at >= from && at < from + length ? [[i + 1, smile]] : [])));
      const sums = visits.take();
      const all = (/** @type {Record<string, number>} */ counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);
      assert.equal(sums.visits, people.filter(({ length }) => length > 2).length);
      assert.equal(sums.dwell.reduce((sum, count) => sum + count, 0), sums.visits);
      assert.equal(all(sums.gender ?? {}), sums.visits);
      assert.ok(sums.smiled <= sums.visits && sums.brightened + sums.dimmed <= sums.visits);
      assert.ok(all(sums.emotion_ms) <= sums.dwell_ms + sums.visits * 10);
    }),
    { numRuns: 40 },
  );
});
