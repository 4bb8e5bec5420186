/** Invented faces, looks and frame times for the tests of the core. */

/** @typedef {import('../../../static/js/contract.js').Box} Box */
/** @typedef {import('../../../static/js/contract.js').Detection} Detection */
/** @typedef {import('../../../static/js/contract.js').Face} Face */
/** @typedef {import('../../../static/js/contract.js').Track} Track */
/** @typedef {import('../../../static/js/core/smooth.js').Look} Look */

export const EMOTIONS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];
export const THRESHOLDS = { smile_label: "happy", emotion_unsure_below: 0.45, gender_unsure_below: 0.65 };

/**
 * A face with its middle at x, y.
 * @param {number} x
 * @param {number} y
 * @param {number} [side]
 * @returns {Detection}
 */
export function detection(x, y, side = 100) {
  return {
    box: { x: x - side / 2, y: y - side / 2, width: side, height: side },
    landmarks: [
      [x - side / 5, y - side / 5],
      [x + side / 5, y - side / 5],
      [x, y],
      [x - side / 6, y + side / 4],
      [x + side / 6, y + side / 4],
    ],
    score: 0.9,
  };
}

/**
 * A face that has been followed since time 0.
 * @param {number} time
 * @param {Partial<Track>} [different]
 * @returns {Track}
 */
export function track(time, different = {}) {
  return { ...detection(200, 200), id: 1, visible: true, first_seen: 0, last_seen: time, ...different };
}

/**
 * What the networks say of somebody: `probability` for one label, the rest shared equally.
 * @param {string} emotion
 * @param {number} [probability]
 * @param {number} [female]
 * @returns {Look}
 */
export function look(emotion, probability = 0.85, female = 0.9) {
  const rest = (1 - probability) / (EMOTIONS.length - 1);
  return {
    emotion: Object.fromEntries(EMOTIONS.map((label) => [label, label === emotion ? probability : rest])),
    gender: { female, male: 1 - female },
  };
}

/**
 * The times of frames at a steady rate, in ms, the end not included.
 * @param {number} frames_per_second
 * @param {number} until ms
 * @param {number} [from] ms
 * @returns {number[]}
 */
export function times(frames_per_second, until, from = 0) {
  const frames = Math.ceil(((until - from) * frames_per_second) / 1000);
  return Array.from({ length: frames }, (_, i) => from + (i * 1000) / frames_per_second);
}

/**
 * List each value of a sequence once as long as it lasts.
 * @template Value
 * @param {readonly Value[]} values
 * @returns {Value[]}
 */
export function changes(values) {
  return values.filter((value, i) => i === 0 || value !== values[i - 1]);
}
