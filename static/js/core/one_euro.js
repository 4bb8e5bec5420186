/**
 * The One-Euro filter: still while a value rests, quick while it moves.
 * Source: Casiez, Roussel and Vogel, "1 Euro Filter", CHI 2012, section 3.
 */

/**
 * @typedef {object} OneEuroConfig
 * @property {number} min_cutoff_hz Cutoff while at rest, in Hz. Lower: less jitter, more lag at slow motion.
 * @property {number} beta How much the cutoff grows with speed, in Hz per (scale per second). Higher: less lag at
 *   fast motion.
 * @property {number} speed_cutoff_hz Cutoff of the speed itself, in Hz. Lower: a single outlier counts less, a start
 *   is noticed later.
 */

/** @type {OneEuroConfig} */
export const oneEuroDefaults = { min_cutoff_hz: 1, beta: 5, speed_cutoff_hz: 1.5 };

/**
 * Give the share of the new value in a low-pass step. The paper uses the first-order approximation of this
 * exponential; the exact form gives the same curve at every frame rate.
 * @param {number} elapsed_ms
 * @param {number} cutoff_hz
 */
function share(elapsed_ms, cutoff_hz) {
  return 1 - Math.exp((-2 * Math.PI * cutoff_hz * elapsed_ms) / 1000);
}

/**
 * Make a filter for a list of numbers that move together, such as the edges of a box.
 *
 * `filter(values, time, scale)` takes the values, the time in ms and the length that makes a speed comparable (the
 * size of the face, so that near and far faces are treated alike) and returns the filtered values. At the same time
 * as before the answer is as before; at an earlier time, or with another number of values, the filter starts anew.
 * @param {Partial<OneEuroConfig>} [config]
 */
export function createOneEuro(config = {}) {
  const { min_cutoff_hz, beta, speed_cutoff_hz } = { ...oneEuroDefaults, ...config };
  /** @type {{time: number, raw: number[], speed: number[], value: number[]} | null} */
  let last = null;

  /**
   * @param {readonly number[]} values
   * @param {number} time ms
   * @param {number} [scale]
   * @returns {number[]}
   */
  function filter(values, time, scale = 1) {
    if (last === null || time < last.time || values.length !== last.value.length) {
      last = { time, raw: [...values], speed: values.map(() => 0), value: [...values] };
    } else if (time > last.time) {
      const { raw, speed, value } = last;
      const elapsed = time - last.time;
      const speed_share = share(elapsed, speed_cutoff_hz);
      for (let i = 0; i < value.length; i++) {
        const measured = ((values[i] - raw[i]) / scale / elapsed) * 1000;
        speed[i] += speed_share * (measured - speed[i]);
        value[i] += share(elapsed, min_cutoff_hz + beta * Math.abs(speed[i])) * (values[i] - value[i]);
        raw[i] = values[i];
      }
      last.time = time;
    }
    return [...last.value];
  }

  filter.reset = () => {
    last = null;
  };
  return filter;
}
