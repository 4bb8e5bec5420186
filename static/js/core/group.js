/** Judge all faces together: is everybody smiling, and who is not yet? */

/** @typedef {import('../contract.js').Face} Face */
/** @typedef {import('../contract.js').Group} Group */
/** @typedef {import('../contract.js').Person} Person */

/**
 * @typedef {object} GroupConfig
 * @property {number} smile_margin How far `smile` must fall below the threshold before a smile has ended. Larger:
 *   calmer.
 * @property {number} settle_ms How long everybody must have been smiling for the group to be ready, in ms.
 * @property {number} background_below Faces lower than this share of the highest one are left out as background; 0: nobody is.
 * @property {number} background_margin How much more than that share a face left out must reach to be counted again.
 * @property {boolean} still Every frame stands alone: nothing is remembered, nothing has to settle.
 */

/** @type {GroupConfig} */
export const groupDefaults = { smile_margin: 0.1, settle_ms: 200, background_below: 0, background_margin: 0.05, still: false };

/**
 * Make a judge of groups.
 *
 * `group(faces, time)` takes the faces of a frame and its time in ms and returns how many there are, how many smile,
 * whether there is somebody and everybody has been smiling for `settle_ms`, and every person from left to right.
 * @param {{smile_threshold: number} & Partial<GroupConfig>} config the threshold is the emotion manifest's
 *   `calibration.smile_threshold`
 */
export function createGrouper(config) {
  const { smile_threshold, smile_margin, settle_ms, background_below, background_margin, still } = { ...groupDefaults, ...config };
  /** @type {Set<number>} */
  let smiling = new Set();
  /** @type {Set<number>} */
  let background = new Set();
  /** @type {number | null} */
  let all_since = null;

  /** @param {Face} face @param {number} highest */
  const isFar = ({ id, box }, highest) => box.height < highest * (background_below + (background.has(id) ? background_margin : 0));

  /**
   * @param {readonly Face[]} faces
   * @param {number} time ms
   * @returns {Group}
   */
  function group(faces, time) {
    if (still) group.reset();
    const highest = Math.max(0, ...faces.map(({ box }) => box.height));
    background = new Set(background_below > 0 ? faces.filter((face) => isFar(face, highest)).map(({ id }) => id) : []);
    const counted = faces.filter(({ id }) => !background.has(id));
    const before = smiling;
    const smilers = counted.filter(({ id, smile }) => smile >= smile_threshold - (before.has(id) ? smile_margin : 0));
    smiling = new Set(smilers.map(({ id }) => id));
    const all = counted.length > 0 && smilers.length === counted.length;
    if (!all) all_since = null;
    else if (all_since === null || time < all_since) all_since = time;
    const near = fromLeft(counted).map((face, place) => person(face, side(place, counted.length), false));
    const far = fromLeft(faces.filter(({ id }) => background.has(id))).map((face) => person(face, "middle", true));
    return {
      faces: counted.length,
      smiling: smilers.length,
      ready: all_since !== null && (still || time - all_since >= settle_ms),
      people: [...near, ...far],
    };
  }

  /** @param {Face} face @param {string} where @param {boolean} far @returns {Person} */
  const person = ({ id, smile }, where, far) => ({
    id,
    progress: smiling.has(id) ? 1 : Math.max(0, Math.min(0.99, smile / smile_threshold)),
    smiling: smiling.has(id),
    where,
    background: far,
  });

  group.reset = () => {
    smiling = new Set();
    background = new Set();
    all_since = null;
  };
  return group;
}

/** @param {readonly Face[]} faces */
const fromLeft = (faces) => [...faces].sort((a, b) => a.box.x + a.box.width / 2 - (b.box.x + b.box.width / 2) || a.id - b.id);

/**
 * Tell which third of the group a place belongs to, counted from the left of the picture.
 * @param {number} place
 * @param {number} count
 */
function side(place, count) {
  if (count < 2) return "middle";
  const share = place / (count - 1);
  return share < 1 / 3 ? "left" : share > 2 / 3 ? "right" : "middle";
}
