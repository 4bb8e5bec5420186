/** Judge all faces together: is everybody smiling? */

/** @typedef {import('../contract.js').Face} Face */
/** @typedef {import('../contract.js').Group} Group */

/**
 * @typedef {object} GroupConfig
 * @property {number} smile_margin How far `smile` must fall below the threshold before a smile has ended. Larger:
 *   calmer.
 * @property {number} settle_ms How long everybody must have been smiling for the group to be ready, in ms.
 * @property {boolean} still Every frame stands alone: nothing is remembered, nothing has to settle.
 */

/** @type {GroupConfig} */
export const groupDefaults = { smile_margin: 0.1, settle_ms: 200, still: false };

/**
 * Make a judge of groups.
 *
 * `group(faces, time)` takes the faces of a frame and its time in ms and returns how many there are, how many smile,
 * and whether there is somebody and everybody has been smiling for `settle_ms`.
 * @param {{smile_threshold: number} & Partial<GroupConfig>} config the threshold is the emotion manifest's
 *   `calibration.smile_threshold`
 */
export function createGrouper(config) {
  const { smile_threshold, smile_margin, settle_ms, still } = { ...groupDefaults, ...config };
  /** @type {Set<number>} */
  let smiling = new Set();
  /** @type {number | null} */
  let all_since = null;

  /**
   * @param {readonly Face[]} faces
   * @param {number} time ms
   * @returns {Group}
   */
  function group(faces, time) {
    if (still) group.reset();
    const before = smiling;
    const smilers = faces.filter(({ id, smile }) => smile >= smile_threshold - (before.has(id) ? smile_margin : 0));
    smiling = new Set(smilers.map(({ id }) => id));
    const all = faces.length > 0 && smilers.length === faces.length;
    if (!all) all_since = null;
    else if (all_since === null || time < all_since) all_since = time;
    return {
      faces: faces.length,
      smiling: smilers.length,
      ready: all_since !== null && (still || time - all_since >= settle_ms),
    };
  }

  group.reset = () => {
    smiling = new Set();
    all_since = null;
  };
  return group;
}
