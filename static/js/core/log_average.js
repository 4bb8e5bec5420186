/** What several looks at one face say together. */

/** @typedef {import('../contract.js').Scores} Scores */

/** The least probability one look of many may claim: a look that is wrong and certain must not outweigh the others. */
export const FLOOR = 0.02;

/** The same for a look that stands alone: as good as what the network says. */
export const ALONE = 1e-9;

/** How long the first look counts, in ms: about a frame of a slow device. */
const FIRST_LOOK_MS = 100;

/**
 * Make an average of log-probabilities over time.
 *
 * `average(scores, time, weight, pace)` takes the scores of one look, its time in ms, how much it counts beside others
 * (1: fully) and for how much of the time since the look before it stands (1: all; at less old looks fade less), and
 * returns the scores of all looks so far. A look stands for that time, so that the answer does not depend on the frame
 * rate. Until `memory_ms` is filled all looks count alike, then old ones fade exponentially. When time runs backwards
 * the average starts anew.
 * @param {number} memory_ms Longer: calmer, later to follow a change.
 * @param {number} [floor] the least probability of a look
 */
export function createLogAverage(memory_ms, floor = FLOOR) {
  /** @type {{time: number, filled: number, logs: Map<string, number>} | null} */
  let last = null;

  /**
   * @param {Scores} scores
   * @param {number} time ms
   * @param {number} [weight]
   * @param {number} [pace]
   * @returns {Scores} sum 1
   */
  function average(scores, time, weight = 1, pace = 1) {
    if (last === null || time < last.time) last = { time: time - FIRST_LOOK_MS, filled: 0, logs: new Map() };
    const fade = Math.exp((pace * (last.time - time)) / memory_ms);
    const part = weight * (1 - fade);
    const { logs, filled } = last;
    last.filled = filled * fade + part;
    last.time = time;
    for (const [label, probability] of Object.entries(scores)) {
      const log = Math.log(Math.max(floor, probability));
      const old = logs.get(label) ?? log;
      logs.set(label, last.filled > 0 ? old + (part / last.filled) * (log - old) : log);
    }
    return probabilities(logs);
  }

  average.reset = () => {
    last = null;
  };
  return average;
}

/**
 * @param {Map<string, number>} logs
 * @returns {Scores}
 */
function probabilities(logs) {
  const top = Math.max(...logs.values());
  const powers = [...logs].map(([label, log]) => /** @type {[string, number]} */ ([label, Math.exp(log - top)]));
  const sum = powers.reduce((total, [, power]) => total + power, 0);
  return Object.fromEntries(powers.map(([label, power]) => [label, power / sum]));
}
