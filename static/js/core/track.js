/** Who is who from frame to frame: detections become tracks with numbers that stay. */

import { assign } from "./assign.js";
import { centre, iou, size } from "./box.js";

/** @typedef {import('../contract.js').Box} Box */
/** @typedef {import('../contract.js').Detection} Detection */
/** @typedef {import('../contract.js').Track} Track */

/**
 * @typedef {object} TrackConfig
 * @property {number} confirm_hits Detections before a face gets its number. 2 or more: what is seen in one frame
 *   alone stays hidden.
 * @property {number} confirm_ms Time from the first detection to the number, in ms. Longer: fewer ghosts, faces show
 *   later.
 * @property {number} ghost_ms How long a face without a number may be unseen before it is forgotten, in ms.
 * @property {number} keep_ms How long a face with a number may be unseen before it is forgotten, in ms.
 * @property {number} gap_ms A pause between two frames, in ms, after which everybody is forgotten (a phone that slept).
 * @property {number} max_cost Dearest pairing of a track with a detection; see `pairCost`. Higher: bridges faster
 *   motion, takes strangers for friends sooner.
 * @property {number} absence_cost What being unseen for keep_ms adds to a pairing's cost. Higher: who is there keeps
 *   their number.
 * @property {number} stranger_cost What having no number yet adds to a pairing's cost. Higher: a ghost beside a face
 *   takes less.
 * @property {number} velocity_ms Memory of a face's velocity, in ms. Longer: steadier prediction, later turns.
 * @property {number} coast_ms How long an unseen face keeps its velocity, in ms. Longer: passes further behind others.
 * @property {boolean} still Every frame stands alone: nothing is remembered, all are shown at once, numbers start at 1.
 */

/** @type {TrackConfig} */
export const trackDefaults = {
  confirm_hits: 2,
  confirm_ms: 60,
  ghost_ms: 150,
  keep_ms: 700,
  gap_ms: 2000,
  max_cost: 2,
  absence_cost: 0.5,
  stranger_cost: 0.5,
  velocity_ms: 100,
  coast_ms: 400,
  still: false,
};

/** @typedef {Track & {hits: number, velocity: [number, number]}} Followed a track, with its velocity in pixels per ms */

/**
 * Make a tracker.
 *
 * `track(detections, time)` takes what was detected in the frame of `time` (ms) and returns the tracks that have a
 * number, by number; those that were not seen in this frame have `visible` false and their last box. Numbers start at
 * 1, grow in the order in which faces are confirmed, and are never given twice. When time runs backwards or stops for
 * `gap_ms`, everybody is new.
 * @param {Partial<TrackConfig>} [config]
 */
export function createTracker(config = {}) {
  const settings = { ...trackDefaults, ...config };
  if (settings.still) Object.assign(settings, { confirm_hits: 1, confirm_ms: 0 });
  /** @type {Followed[]} */
  let followed = [];
  /** @type {number | null} */
  let previous = null;
  let next_id = 1;

  /**
   * @param {readonly Detection[]} detections
   * @param {number} time ms
   * @returns {Track[]}
   */
  function track(detections, time) {
    if (settings.still) track.reset();
    if (previous !== null && (time < previous || time - previous > settings.gap_ms)) followed = [];
    previous = time;
    followed = followed.filter((face) => face.visible || remembered(face, time, settings));
    const pairs = assign(
      followed.map((face) =>
        detections.map((detection) => settings.max_cost - pairCost(face, detection, time, settings)),
      ),
    );
    followed.forEach((face, i) => {
      if (pairs[i] >= 0) follow(face, detections[pairs[i]], time, settings);
      else face.visible = false;
    });
    const taken = new Set(pairs);
    const strangers = detections.filter((_, i) => !taken.has(i)).map((detection) => meet(detection, time));
    followed = [...followed.filter((face) => remembered(face, time, settings)), ...strangers];
    // From left to right: who is surest, and so first in the list, may differ where the same faces are seen a little
    // differently.
    for (const face of [...followed].sort((a, b) => centre(a.box)[0] - centre(b.box)[0]))
      if (face.id === 0 && face.hits >= settings.confirm_hits && time - face.first_seen >= settings.confirm_ms)
        face.id = next_id++;
    return followed
      .filter((face) => face.id > 0)
      .sort((a, b) => a.id - b.id)
      .map(({ hits, velocity, ...shown }) => shown);
  }

  track.reset = () => {
    followed = [];
    previous = null;
    next_id = 1;
  };
  return track;
}

/**
 * @param {Followed} face
 * @param {number} time
 * @param {TrackConfig} settings
 */
function remembered(face, time, { keep_ms, ghost_ms }) {
  return time - face.last_seen <= (face.id > 0 ? keep_ms : ghost_ms);
}

/**
 * Price the belief that a detection is a face followed so far: 0 where it was expected, 1 more when they no longer
 * overlap, 1 more for every face size of distance, and the logarithm of how much larger or smaller it is.
 * @param {Followed} face
 * @param {Detection} detection
 * @param {number} time
 * @param {TrackConfig} settings
 */
function pairCost(face, detection, time, settings) {
  const unseen = time - face.last_seen;
  const expected = predict(face, unseen, settings.coast_ms);
  const [x, y] = centre(detection.box);
  const [expected_x, expected_y] = centre(expected);
  const scale = Math.sqrt(size(expected) * size(detection.box));
  const distance = Math.sqrt((x - expected_x) ** 2 + (y - expected_y) ** 2) / scale;
  const growth = Math.abs(Math.log(size(detection.box) / size(expected)));
  const doubt = face.id > 0 ? (settings.absence_cost * unseen) / settings.keep_ms : settings.stranger_cost;
  return 1 - iou(expected, detection.box) + distance + growth + doubt;
}

/**
 * Move a face's last box along its velocity, which fades.
 * @param {Followed} face
 * @param {number} elapsed ms since the box
 * @param {number} coast_ms
 * @returns {Box}
 */
function predict({ box, velocity }, elapsed, coast_ms) {
  const travel = coast_ms * (1 - Math.exp(-elapsed / coast_ms));
  return { ...box, x: box.x + velocity[0] * travel, y: box.y + velocity[1] * travel };
}

/**
 * @param {Detection} detection
 * @param {number} time
 * @returns {Followed}
 */
function meet({ box, landmarks, score }, time) {
  return { id: 0, box, landmarks, score, visible: true, first_seen: time, last_seen: time, hits: 1, velocity: [0, 0] };
}

/**
 * Let a face continue with a detection.
 * @param {Followed} face
 * @param {Detection} detection
 * @param {number} time
 * @param {TrackConfig} settings
 */
function follow(face, { box, landmarks, score }, time, { velocity_ms }) {
  const elapsed = time - face.last_seen;
  if (elapsed > 0) {
    const share = 1 - Math.exp(-elapsed / velocity_ms);
    const [x, y] = centre(box);
    const [old_x, old_y] = centre(face.box);
    face.velocity = [
      face.velocity[0] + share * ((x - old_x) / elapsed - face.velocity[0]),
      face.velocity[1] + share * ((y - old_y) / elapsed - face.velocity[1]),
    ];
  }
  Object.assign(face, { box, landmarks, score, visible: true, last_seen: time, hits: face.hits + 1 });
}
