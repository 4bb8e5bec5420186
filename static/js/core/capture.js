/**
 * When a photo is taken: waiting, counting, shooting, showing. Drawn in docs/photo.md.
 *
 * `step(capture, event, time, config)` returns the next state and the effects that the page carries out; nothing is read
 * from a clock. Counting starts when everybody has smiled for the hold time, stops when the group falls apart, and ends in
 * exactly one "shoot" per arming. webapp/photo/capture.py is the twin, for rooms of several cameras.
 */

/** @typedef {import('../contract.js').Group} Group */

/**
 * @typedef {object} CaptureConfig
 * @property {number} hold_ms How long everybody must smile before counting starts. Longer: fewer photos by chance.
 * @property {number} countdown_ms From the first number to the photo; 0 takes it at once.
 * @property {number} apart_ms How long the group may fall apart while counting, for a blink of the networks.
 * @property {number} commit_ms So shortly before the photo nothing stops it any more, since not all could be told in time; 0 for one camera.
 * @property {number} stale_ms Without news of the group for so long, nobody is taken to smile.
 * @property {number} offer_ms After waiting so long with somebody there, the best moment so far is offered.
 * @property {number} again_ms How long a photo is shown before the next is waited for, in continuous use.
 * @property {boolean} continuous Whether the next photo is waited for by itself.
 * @property {number} rest_ms After a photo that was kept or a countdown that was stopped by hand, who goes on smiling is not counted down again for so long. Whoever stops once is.
 */

/** @type {CaptureConfig} */
export const captureDefaults = {
  hold_ms: 600,
  countdown_ms: 3000,
  apart_ms: 350,
  commit_ms: 0,
  stale_ms: 1500,
  offer_ms: 20_000,
  again_ms: 5000,
  continuous: false,
  rest_ms: 8000,
};

/** A moment is kept as the best so far when it is better by this much of one person's smile, and not more often than this. */
const BETTER = 0.05;
const KEEP_EVERY_MS = 400;

/** @typedef {"waiting" | "counting" | "shooting" | "showing"} CaptureState */
/**
 * @typedef {object} Capture
 * @property {CaptureState} state
 * @property {number} since when this state began, in ms
 * @property {boolean} all whether everybody smiles, by the last news
 * @property {number | null} heard when the last news of the group came
 * @property {number | null} held_since since when everybody smiles
 * @property {number | null} apart_since while counting or resting: since when somebody does not
 * @property {number | null} rests_until until then a new smile is waited for, not the one of the last photo
 * @property {boolean} by_hand whether this countdown was started by a person, and so asks for no smiles
 * @property {number} left the number last said while counting
 * @property {number | null} ends when counting or showing ends
 * @property {number} best how good the kept moment is, in smiles; 0 for none
 * @property {number | null} best_at when it was kept
 * @property {number | null} there_since since when somebody is there while waiting
 * @property {boolean} offered whether the best moment is on offer
 */
/**
 * @typedef {{kind: "group", group: Group} | {kind: "tick"} | {kind: "fire"} | {kind: "take_best"} | {kind: "taken"}
 *   | {kind: "failed"} | {kind: "again"} | {kind: "retake"} | {kind: "stay"} | {kind: "cancel"}} CaptureEvent
 */
/**
 * @typedef {{kind: "count", left: number} | {kind: "stopped"} | {kind: "shoot"} | {kind: "keep"} | {kind: "offer"}
 *   | {kind: "use_best"} | {kind: "armed"}} CaptureEffect
 */
/** @typedef {{capture: Capture, effects: CaptureEffect[]}} Stepped */

/** @param {number} time ms @returns {Capture} waiting, with nothing known */
export const arm = (time) => ({
  state: "waiting",
  since: time,
  all: false,
  heard: null,
  held_since: null,
  apart_since: null,
  rests_until: null,
  by_hand: false,
  left: 0,
  ends: null,
  best: 0,
  best_at: null,
  there_since: null,
  offered: false,
});

/**
 * Take one event.
 * @param {Capture} capture
 * @param {CaptureEvent} event
 * @param {number} time ms
 * @param {CaptureConfig} config
 * @returns {Stepped}
 */
export function step(capture, event, time, config) {
  const known = hear(capture, event, time, config);
  if (known.state === "waiting") return whileWaiting(known, event, time, config);
  if (known.state === "counting") return event.kind === "cancel" ? cancel(known, time, config) : whileCounting(known, time, config);
  if (known.state === "shooting") return whileShooting(known, event, time, config);
  return whileShowing(known, event, time, config);
}

/**
 * Take in what is new of the group, and forget what is too old.
 * @param {Capture} capture @param {CaptureEvent} event @param {number} time @param {CaptureConfig} config
 * @returns {Capture}
 */
function hear(capture, event, time, config) {
  const late = capture.heard === null || time - capture.heard > config.stale_ms || time < capture.heard;
  const before = late ? { ...capture, all: false, held_since: null } : capture;
  if (event.kind !== "group") return before;
  const { faces, smiling } = event.group;
  const all = faces > 0 && smiling === faces;
  return { ...before, all, heard: time, held_since: all ? (before.held_since ?? time) : null };
}

/** @param {Capture} capture @param {CaptureEvent} event @param {number} time @param {CaptureConfig} config @returns {Stepped} */
function whileWaiting(capture, event, time, config) {
  if (event.kind === "fire") return count({ ...capture, by_hand: true }, time, config);
  if (event.kind === "take_best" && capture.best > 0) return shoot(capture, time, "use_best");
  const rested = rest(capture, event, time, config);
  const held = rested.all && rested.held_since !== null && time - rested.held_since >= config.hold_ms;
  if (held && rested.rests_until === null) return count(rested, time, config);
  return event.kind === "group" ? watch(rested, event.group, time, config) : { capture: rested, effects: [] };
}

/**
 * End the rest after a photo when it is over, or once the news says for more than a blink that somebody does not smile.
 * @param {Capture} capture @param {CaptureEvent} event @param {number} time @param {CaptureConfig} config
 * @returns {Capture}
 */
function rest(capture, event, time, config) {
  if (capture.rests_until === null) return capture;
  const news = event.kind === "group";
  const apart_since = capture.all ? null : (capture.apart_since ?? (news ? time : null));
  const apart = news && apart_since !== null && time - apart_since >= config.apart_ms;
  const over = apart || time >= capture.rests_until || time < capture.since;
  return over ? { ...capture, apart_since: null, rests_until: null } : { ...capture, apart_since };
}

/**
 * Keep the best moment so far, and offer it after a while.
 * @param {Capture} capture @param {Group} group @param {number} time @param {CaptureConfig} config
 * @returns {Stepped}
 */
function watch(capture, group, time, config) {
  /** @type {CaptureEffect[]} */
  const effects = [];
  const good = closeness(group);
  const next = { ...capture, there_since: group.faces > 0 ? (capture.there_since ?? time) : null };
  if (good > capture.best + BETTER && (capture.best_at === null || time - capture.best_at >= KEEP_EVERY_MS)) {
    effects.push({ kind: "keep" });
    Object.assign(next, { best: good, best_at: time });
  }
  const waited = next.there_since !== null && time - next.there_since >= config.offer_ms;
  if (waited && next.best > 0 && !capture.offered) {
    effects.push({ kind: "offer" });
    next.offered = true;
  }
  return { capture: next, effects };
}

/** @param {Capture} capture @param {number} time @param {CaptureConfig} config @returns {Stepped} */
function count(capture, time, config) {
  const next = { ...capture, state: /** @type {const} */ ("counting"), since: time, ends: time + config.countdown_ms, apart_since: null, left: 0 };
  return whileCounting(next, time, config);
}

/** @param {Capture} capture @param {number} time @param {CaptureConfig} config @returns {Stepped} */
function whileCounting(capture, time, config) {
  const remaining = Math.max(0, (capture.ends ?? time) - time);
  const fit = capture.all || capture.by_hand || remaining < config.commit_ms;
  const apart_since = fit ? null : (capture.apart_since ?? time);
  if (apart_since !== null && time - apart_since >= config.apart_ms) return stop(capture, time);
  if (remaining === 0 && fit) return shoot(capture, time, "shoot");
  const left = Math.max(1, Math.ceil(remaining / 1000));
  const next = { ...capture, apart_since, left };
  return { capture: next, effects: left === capture.left ? [] : [{ kind: "count", left }] };
}

/** @param {Capture} capture @param {number} time @returns {Stepped} */
function stop(capture, time) {
  const { best, best_at, there_since, offered, all, heard } = capture;
  return { capture: { ...arm(time), best, best_at, there_since, offered, all, heard }, effects: [{ kind: "stopped" }] };
}

/** Stop by hand: who goes on smiling is not counted down again at once. @param {Capture} capture @param {number} time @param {CaptureConfig} config @returns {Stepped} */
function cancel(capture, time, config) {
  if (Math.max(0, (capture.ends ?? time) - time) < config.commit_ms) return whileCounting(capture, time, config);
  const stopped = stop(capture, time);
  return { ...stopped, capture: { ...stopped.capture, rests_until: time + config.rest_ms } };
}

/** @param {Capture} capture @param {number} time @param {"shoot" | "use_best"} kind @returns {Stepped} */
const shoot = (capture, time, kind) => ({ capture: { ...capture, state: "shooting", since: time, ends: null }, effects: [{ kind }] });

/** @param {Capture} capture @param {CaptureEvent} event @param {number} time @param {CaptureConfig} config @returns {Stepped} */
function whileShooting(capture, event, time, { continuous, again_ms }) {
  if (event.kind === "failed") return { capture: arm(time), effects: [{ kind: "armed" }] };
  if (event.kind !== "taken") return { capture, effects: [] };
  return { capture: { ...capture, state: "showing", since: time, ends: continuous ? time + again_ms : null }, effects: [] };
}

/** @param {Capture} capture @param {CaptureEvent} event @param {number} time @param {CaptureConfig} config @returns {Stepped} */
function whileShowing(capture, event, time, { rest_ms }) {
  if (event.kind === "stay") return { capture: { ...capture, ends: null }, effects: [] };
  const by_itself = capture.ends !== null && time >= capture.ends;
  if (event.kind !== "again" && event.kind !== "retake" && !by_itself) return { capture, effects: [] };
  // Who keeps a photo still smiles at it; who asks for another, or for one every few seconds, means the next smile too.
  const { all, heard } = capture;
  const resting = event.kind === "again" ? { all, heard, rests_until: time + rest_ms } : {};
  return { capture: { ...arm(time), ...resting }, effects: [{ kind: "armed" }] };
}

/** Sum up a group's smiles: a moment with more people who nearly smile is a better one. @param {Group} group */
export const closeness = ({ people }) => people.reduce((sum, { progress, background }) => sum + (background ? 0 : progress), 0);
