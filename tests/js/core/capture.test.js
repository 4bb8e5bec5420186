import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { arm, captureDefaults, closeness, step } from "../../../static/js/core/capture.js";

/** @typedef {import('../../../static/js/core/capture.js').Capture} Capture */
/** @typedef {import('../../../static/js/core/capture.js').CaptureEvent} CaptureEvent */
/** @typedef {import('../../../static/js/core/capture.js').CaptureConfig} CaptureConfig */
/** @typedef {{time: number, event: CaptureEvent}} Moment */

/** A group of which so many smile, the others half. @param {number} smiling @param {number} [faces] @returns {CaptureEvent} */
function group(smiling, faces = 3) {
  const people = Array.from({ length: faces }, (_, i) => ({ id: i + 1, progress: i < smiling ? 1 : 0.5, smiling: i < smiling, where: "middle", background: false }));
  return { kind: "group", group: { faces, smiling, ready: false, people } };
}

/**
 * Play events from an armed camera on.
 * @param {Moment[]} moments
 * @param {Partial<CaptureConfig>} [different]
 */
function play(moments, different = {}) {
  const config = { ...captureDefaults, ...different };
  let capture = arm(0);
  const log = moments.map(({ time, event }) => {
    const before = capture;
    const stepped = step(capture, event, time, config);
    capture = stepped.capture;
    return { time, event, before, after: capture, effects: stepped.effects };
  });
  return { capture, log, effects: log.flatMap(({ time, effects }) => effects.map((effect) => ({ time, ...effect }))) };
}

/** The same event again and again. @param {CaptureEvent} event @param {number} from @param {number} until @param {number} [every] @returns {Moment[]} */
const during = (event, from, until, every = 100) =>
  Array.from({ length: Math.ceil((until - from) / every) }, (_, i) => ({ time: from + i * every, event }));

/** @param {{effects: {kind: string}[]}} played */
const kinds = ({ effects }) => effects.map(({ kind }) => kind).filter((kind) => kind !== "keep");

test("everybody who smiles long enough starts the countdown, and it ends in one photo", () => {
  const played = play(during(group(3), 0, 6000));

  assert.deepEqual(kinds(played), ["count", "count", "count", "shoot"]);
  assert.equal(played.effects.find(({ kind }) => kind === "count")?.time, 600);
  assert.equal(played.effects.find(({ kind }) => kind === "shoot")?.time, 3600);
  assert.equal(played.capture.state, "shooting");
});

test("a frown stops the countdown, and the group may begin anew", () => {
  const played = play([...during(group(3), 0, 2000), ...during(group(2), 2000, 3000), ...during(group(3), 3000, 9000)]);

  assert.deepEqual(kinds(played), ["count", "count", "stopped", "count", "count", "count", "shoot"]);
});

test("a blink of the networks does not stop the countdown, and nothing is taken in it", () => {
  const played = play([...during(group(3), 0, 3500), ...during(group(2), 3500, 3700), ...during(group(3), 3700, 4200)]);

  assert.deepEqual(kinds(played), ["count", "count", "count", "shoot"]);
  assert.equal(played.effects.at(-1)?.time, 3700);
});

test("a camera that goes silent while counting takes no photo", () => {
  const played = play([...during(group(3), 0, 2000), ...during({ kind: "tick" }, 2000, 9000)]);

  assert.deepEqual(kinds(played), ["count", "count", "count", "stopped"]);
});

test("without a countdown the photo comes at once", () => {
  const played = play(during(group(2, 2), 0, 1000), { countdown_ms: 0 });

  assert.deepEqual(kinds(played), ["shoot"]);
  assert.equal(played.effects.at(-1)?.time, 600);
});

test("a person may fire by hand, whoever smiles", () => {
  const played = play([{ time: 0, event: group(1) }, { time: 10, event: { kind: "fire" } }, ...during(group(0), 100, 4000)]);

  assert.deepEqual(kinds(played), ["count", "count", "count", "shoot"]);
});

test("in continuous use the next photo is waited for after five seconds, else when asked", () => {
  const taken = [...during(group(3), 0, 4000), { time: 4000, event: /** @type {CaptureEvent} */ ({ kind: "taken" }) }];
  const ticks = during({ kind: "tick" }, 4100, 9500);

  assert.equal(play([...taken, ...ticks], { continuous: true }).capture.state, "waiting");
  assert.equal(play([...taken, ...ticks]).capture.state, "showing");
  assert.equal(play([...taken, ...ticks, { time: 9600, event: { kind: "again" } }]).capture.state, "waiting");
});

/** A photo is taken of people who smile, looked at until 6000 ms while they smile on, and then this happens. @param {CaptureEvent["kind"]} kind */
const taken = (kind) => [
  ...during(group(3), 0, 4000),
  { time: 4000, event: /** @type {CaptureEvent} */ ({ kind: "taken" }) },
  ...during(group(3), 4100, 6000),
  { time: 6000, event: /** @type {CaptureEvent} */ ({ kind }) },
];
/** @param {ReturnType<typeof play>} played @param {number} from */
const shots = ({ effects }, from) => effects.filter(({ kind, time }) => kind === "count" && time >= from).map(({ time }) => time);

test("who keeps a photo and goes on smiling at it is not counted down again until the rest is over", () => {
  const ticks = Array.from({ length: 400 }, (_, i) => ({ time: 6001 + i * 17, event: /** @type {CaptureEvent} */ ({ kind: "tick" }) }));
  const smiling = [...during(group(3), 6100, 14_000, 400), ...ticks].sort((a, b) => a.time - b.time);

  const played = play([...taken("again"), ...smiling, ...during(group(3), 14_000, 16_000)]);

  assert.equal(shots(played, 6000)[0], 14_000);
});

test("after a kept photo one pause in the smiles is enough for the next, a blink of the networks is not", () => {
  const pause = [...during(group(3), 6100, 7000), ...during(group(2), 7000, 7500), ...during(group(3), 7500, 8600)];
  const blink = [...during(group(3), 6100, 7000), ...during(group(2), 7000, 7200), ...during(group(3), 7200, 8600)];

  assert.deepEqual(shots(play([...taken("again"), ...pause]), 6000), [8100]);
  assert.deepEqual(shots(play([...taken("again"), ...blink]), 6000), []);
});

test("who asks for another photo, by retaking or by continuous use, does not have to stop smiling", () => {
  const smiling = during(group(3), 6100, 7000);

  assert.deepEqual(shots(play([...taken("retake"), ...smiling]), 6000), [6700]);
  assert.equal(shots(play([...taken("stay"), { time: 6000, event: { kind: "retake" } }, ...smiling]), 6000)[0], 6700);
  const booth = [...taken("again").slice(0, -1), ...during(group(3), 6000, 10_000)];
  assert.deepEqual(shots(play(booth, { continuous: true }), 6000), [9700]);
});

test("a photo that somebody looks at stays, also in continuous use", () => {
  const taken = [...during(group(3), 0, 4000), { time: 4000, event: /** @type {CaptureEvent} */ ({ kind: "taken" }) }];

  const played = play([...taken, { time: 5000, event: { kind: "stay" } }, ...during({ kind: "tick" }, 5100, 20_000)], { continuous: true });

  assert.equal(played.capture.state, "showing");
});

test("after a while the best moment is offered once, and taken only when asked", () => {
  const waiting = during(group(2), 0, 30_000);
  const offered = play(waiting);

  assert.deepEqual(kinds(offered), ["offer"]);
  assert.equal(offered.effects.at(-1)?.time, captureDefaults.offer_ms);
  assert.deepEqual(kinds(play([...waiting, { time: 30_000, event: { kind: "take_best" } }])), ["offer", "use_best"]);
  assert.deepEqual(kinds(play([{ time: 0, event: { kind: "take_best" } }])), []);
});

test("only better moments are kept", () => {
  const moments = [group(0), group(1), group(1), group(0), group(2)].map((event, i) => ({ time: 1000 * i, event }));

  assert.deepEqual(play(moments).effects.map(({ kind, time }) => [kind, time]), [["keep", 0], ["keep", 1000], ["keep", 4000]]);
});

test("those in the background do not make a moment better", () => {
  const event = group(3);
  assert.ok(event.kind === "group");
  const [first, ...others] = event.group.people;

  assert.equal(closeness({ ...event.group, people: [first, ...others.map((one) => ({ ...one, background: true }))] }), 1);
});

test("a person stops a countdown, and who smiles on is not counted down again until the smiles pause or the rest is over", () => {
  const stopped = [...during(group(3), 0, 2000), { time: 2000, event: /** @type {CaptureEvent} */ ({ kind: "cancel" }) }];

  assert.deepEqual(kinds(play([...stopped, ...during(group(3), 2100, 9900)])), ["count", "count", "stopped"]);
  assert.equal(shots(play([...stopped, ...during(group(3), 2100, 12_000)]), 2100)[0], 10_000);
  assert.equal(shots(play([...stopped, ...during(group(2), 2100, 2600), ...during(group(3), 2600, 4000)]), 2100)[0], 3200);
});

test("a person does not stop a countdown that all could not be told of in time", () => {
  const late = { time: 3200, event: /** @type {CaptureEvent} */ ({ kind: "cancel" }) };

  assert.deepEqual(kinds(play([...during(group(3), 0, 3200), late, ...during(group(3), 3300, 4000)], { commit_ms: 500 })), ["count", "count", "count", "shoot"]);
});

test("a photo that fails arms the camera again", () => {
  const played = play([...during(group(3), 0, 4000), { time: 4000, event: { kind: "failed" } }]);

  assert.equal(played.capture.state, "waiting");
});

/** Anything that can happen, at any pace, also backwards. */
const moments = fc
  .array(
    fc.record({
      passed: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 900 }) }, { weight: 1, arbitrary: fc.integer({ min: -3000, max: 60_000 }) }),
      event: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 1, max: 4 }).chain((faces) => fc.integer({ min: 0, max: faces }).map((smiling) => group(smiling, faces))) },
        { weight: 8, arbitrary: fc.integer({ min: 1, max: 4 }).map((faces) => group(faces, faces)) },
        { weight: 3, arbitrary: fc.constantFrom(...["tick", "taken", "failed", "again", "retake", "stay", "cancel", "take_best"].map((kind) => /** @type {CaptureEvent} */ ({ kind }))) },
      ),
    }),
    { maxLength: 80 },
  )
  .map((list) => {
    let time = 0;
    return list.map(({ passed, event }) => ({ time: (time += passed), event }));
  });
const configs = fc.record({ countdown_ms: fc.constantFrom(0, 1000, 3000), continuous: fc.boolean() });

test("never fires while somebody does not smile, nor on news that is too old", () => {
  fc.assert(
    fc.property(moments, configs, (happened, config) => {
      const { log } = play(happened, config);
      log.forEach(({ time, effects }, index) => {
        if (!effects.some(({ kind }) => kind === "shoot")) return;
        const news = log.slice(0, index + 1).findLast(({ event }) => event.kind === "group");
        assert.ok(news?.event.kind === "group" && news.event.group.faces > 0 && news.event.group.smiling === news.event.group.faces);
        assert.ok(time - news.time <= captureDefaults.stale_ms);
      });
    }),
    { numRuns: 500 },
  );
});

test("takes one photo per arming, by state and by effects", () => {
  fc.assert(
    fc.property(moments, configs, (happened, config) => {
      let armed = true;
      for (const { effects, after } of play(happened, config).log)
        for (const { kind } of effects) {
          if (kind === "armed") armed = true;
          if (kind !== "shoot" && kind !== "use_best") continue;
          assert.ok(armed);
          assert.equal(after.state, "shooting");
          armed = false;
        }
    }),
    { numRuns: 500 },
  );
});

test("a kept photo is never followed by a countdown for the same smile, however the news comes", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ passed: fc.integer({ min: 1, max: 1400 }), news: fc.boolean() }), { minLength: 1, maxLength: 60 }), (later) => {
      let time = 6000;
      const smiling = later.map(({ passed, news }) => ({ time: (time += passed), event: news ? group(3) : /** @type {CaptureEvent} */ ({ kind: "tick" }) }));

      const played = play([...taken("again"), ...smiling]);

      assert.ok(shots(played, 6000).every((at) => at >= 6000 + captureDefaults.rest_ms));
    }),
    { numRuns: 300 },
  );
});

test("always fires when all hold long enough, whatever happened before", () => {
  fc.assert(
    fc.property(moments, configs, fc.integer({ min: 30, max: 700 }), (happened, config, every) => {
      const start = Math.max(0, ...happened.map(({ time }) => time)) + 1;
      const over = /** @type {const} */ (["failed", "retake"]).map((kind) => ({ time: start, event: { kind } }));
      const holding = during(group(2, 2), start, start + captureDefaults.rest_ms + 600 + config.countdown_ms + 3 * every + 1, every);

      const { effects } = play([...happened, ...over, ...holding], config);

      assert.ok(effects.some(({ kind, time }) => kind === "shoot" && time >= start));
    }),
    { numRuns: 300 },
  );
});

test("a flicker shorter than what is forgiven does not keep a countdown from its photo", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 6 }), (gaps) => {
      const flicker = gaps.flatMap((gap, i) => [
        { time: 700 + i * 400, event: group(1, 2) },
        { time: 700 + i * 400 + gap, event: group(2, 2) },
      ]);
      const all = [...during(group(2, 2), 0, 700), ...flicker, ...during(group(2, 2), 700 + gaps.length * 400, 5000)];

      assert.deepEqual(kinds(play(all)), ["count", "count", "count", "shoot"]);
    }),
  );
});
