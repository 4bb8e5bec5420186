/** Calm faces out of restless looks: boxes, expression and perceived gender of every track, steadied over time. */

import { centre, size } from "./box.js";
import { ALONE, createLogAverage, FLOOR } from "./log_average.js";
import { createOneEuro, oneEuroDefaults } from "./one_euro.js";
import { createSteadyLabel, createSteadyOrUnknown } from "./steady.js";

/** @typedef {import('../contract.js').Box} Box */
/** @typedef {import('../contract.js').Face} Face */
/** @typedef {import('../contract.js').Scores} Scores */
/** @typedef {import('../contract.js').Track} Track */
/** @typedef {{emotion: Scores, gender: Scores}} Look what the networks said about one face in one frame */

/**
 * @typedef {object} SmoothThresholds What the networks' manifests say.
 * @property {string} smile_label of the emotion network
 * @property {number} emotion_unsure_below `calibration.unsure_below` of the emotion network
 * @property {number} gender_unsure_below `calibration.unsure_below` of the gender network
 */

/**
 * @typedef {object} SmoothConfig
 * @property {number} emotion_memory_ms Memory of the expression's average, in ms. Longer: calmer, later.
 * @property {number} clear_margin How far a look's most likely expression must be ahead of the second to count fully.
 *   Higher: doubtful looks calmer, later.
 * @property {number} torn_pace What a look counts at least that is torn between two. Lower: calmer, later.
 * @property {number} gender_memory_ms How much looking the perceived gender rests on at most, in ms. Longer: a few
 *   bad looks count less, a bad start is mended later.
 * @property {number} enter See SteadyLabelConfig; also leave, dwell_ms, stay_ms, unsure_ms, sure_margin.
 * @property {number} leave
 * @property {number} dwell_ms
 * @property {number} stay_ms
 * @property {number} unsure_ms
 * @property {number} sure_margin
 * @property {number} full_size_px Face size from which on a look counts fully for perceived gender; smaller faces
 *   count less.
 * @property {number} hold_ms How long a face is still shown after the detector lost it, in ms: it misses single frames.
 * @property {number} min_cutoff_hz See OneEuroConfig, with the size of the face as scale; also beta, speed_cutoff_hz.
 * @property {number} beta
 * @property {number} speed_cutoff_hz
 * @property {boolean} still Every frame stands alone: nothing is remembered, labels and boxes are those of this one
 *   look.
 */

/** @type {SmoothConfig} */
export const smoothDefaults = {
  emotion_memory_ms: 80,
  clear_margin: 0.4,
  torn_pace: 0.2,
  gender_memory_ms: 6000,
  enter: 0.55,
  leave: 0.5,
  dwell_ms: 120,
  stay_ms: 350,
  unsure_ms: 400,
  sure_margin: 0.03,
  full_size_px: 80,
  hold_ms: 250,
  ...oneEuroDefaults,
  still: false,
};

/**
 * Make a smoother.
 *
 * `smooth(tracks, looks, time)` takes the tracks of a frame, what the networks said about some of them by track
 * number, and the frame's time in ms, and returns the faces to show, by number. A track without any look so far has
 * no face yet, one that the detector lost more than `hold_ms` ago has none any more. What is known of a track is
 * forgotten when the tracker forgets it.
 * @param {SmoothThresholds & Partial<SmoothConfig>} config
 */
export function createSmoother(config) {
  const settings = { ...smoothDefaults, ...config };
  /** @type {Map<number, ReturnType<typeof createSmoothFace>>} */
  let known = new Map();

  /**
   * @param {readonly Track[]} tracks
   * @param {ReadonlyMap<number, Look>} looks
   * @param {number} time ms
   * @returns {Face[]}
   */
  function smooth(tracks, looks, time) {
    const before = settings.still ? new Map() : known;
    known = new Map(tracks.map(({ id }) => [id, before.get(id) ?? createSmoothFace(settings)]));
    /** @type {Face[]} */
    const faces = [];
    for (const track of tracks) {
      const face = known.get(track.id)?.(track, looks.get(track.id), time);
      if (face && (track.visible || (!settings.still && time - track.last_seen <= settings.hold_ms))) faces.push(face);
    }
    return faces;
  }

  smooth.reset = () => {
    known = new Map();
  };
  return smooth;
}

/**
 * Make what remembers one face: `see(track, look, time)` returns it as it should be shown, or null before the first
 * look.
 * @param {SmoothThresholds & SmoothConfig} settings
 */
function createSmoothFace(settings) {
  const filter = createOneEuro(settings);
  const floor = settings.still ? ALONE : FLOOR;
  const averageEmotion = createLogAverage(settings.emotion_memory_ms, floor);
  const averageGender = createLogAverage(settings.gender_memory_ms, floor);
  const chooseEmotion = createSteadyLabel({ ...settings, unsure_below: settings.emotion_unsure_below });
  const chooseGender = createSteadyOrUnknown({ ...settings, unsure_below: settings.gender_unsure_below });
  /** @type {Pick<Face, 'box' | 'landmarks'> | null} */
  let place = null;
  /** @type {Pick<Face, 'emotion' | 'sure' | 'scores' | 'smile' | 'gender' | 'gender_scores'> | null} */
  let judged = null;

  /**
   * @param {Track} track
   * @param {Look | undefined} look
   * @param {number} time
   * @returns {Face | null}
   */
  return function see({ id, box, landmarks, score, visible }, look, time) {
    if (visible || place === null) place = joined(filter(parted(box, landmarks), time, size(box)));
    if (look) {
      // What hardly decides must not decide on a pixel's noise: torn looks count less, so that more of them are taken together.
      const pace = Math.min(1, Math.max(settings.torn_pace, lead(look.emotion) / settings.clear_margin));
      const scores = averageEmotion(look.emotion, time, 1, pace);
      const { label, sure } = chooseEmotion(scores, time);
      const emotion = /** @type {Face['emotion']} */ (label);
      const weight = score * Math.min(1, size(box) / settings.full_size_px);
      const gender_scores = averageGender(look.gender, time, weight);
      const gender = /** @type {Face['gender']} */ (chooseGender(gender_scores, time));
      judged = { emotion, sure, scores, smile: scores[settings.smile_label], gender, gender_scores };
    }
    return judged && { id, score, ...place, ...judged };
  };
}

/**
 * Tell by how much the most likely label is ahead of the second.
 * @param {Scores} scores
 */
function lead(scores) {
  const [first, second] = Object.values(scores).sort((a, b) => b - a);
  return first - second;
}

/**
 * List what is filtered: centre and extent, so that a growing face does not wander, then the landmarks.
 * @param {Box} box
 * @param {Track['landmarks']} landmarks
 */
function parted(box, landmarks) {
  return [...centre(box), box.width, box.height, ...landmarks.flat()];
}

/**
 * Undo `parted`.
 * @param {number[]} values
 * @returns {Pick<Face, 'box' | 'landmarks'>}
 */
function joined([x, y, width, height, ...rest]) {
  /** @type {Face['landmarks']} */
  const landmarks = [];
  for (let i = 0; i < rest.length; i += 2) landmarks.push([rest[i], rest[i + 1]]);
  return { box: { x: x - width / 2, y: y - height / 2, width, height }, landmarks };
}
