/**
 * Choose the best of several pictures of a group, and say by numbers why.
 *
 * Each is judged by what can be told: whether everybody smiles, looks at the camera (where the nose lies between the eyes),
 * has open eyes (how much light and dark there is at them, against the same person's best picture here: a blink is seen, narrow
 * eyes are not held against anybody), is sharp (again against the same person's best) and is whole in the picture.
 */

/** @typedef {import('../contract.js').Box} Box */
/** @typedef {[number, number]} Point */
/**
 * @typedef {object} Sitter one person in one picture
 * @property {number} id
 * @property {number} smile 0 to 1, 1 where a smile was detected
 * @property {Box} box
 * @property {readonly Point[]} landmarks as in Detection
 * @property {number} sharp any measure of sharpness, larger is sharper
 * @property {number} eyes any measure of light and dark at the eyes, the smaller of both eyes
 */
/** @typedef {{width: number, height: number, sitters: readonly Sitter[]}} Shot */
/** @typedef {{smiling: number, looking: number, eyes: number, sharp: number, whole: number, total: number}} Merit each 0 to 1 */

/** How much each counts; together 1. */
export const WEIGHTS = /** @type {const} */ ({ smiling: 0.4, looking: 0.15, eyes: 0.2, sharp: 0.15, whole: 0.1 });
/** How far the nose may lie off the middle of the eyes, in distances of the eyes, until nobody is said to look. */
const TURNED = 0.5;
/** A face's box may come this near to the edge, as a share of its width: the detector's boxes end at the hairline. */
const EDGE = 0.08;

/**
 * Judge pictures of the same group against each other.
 * @param {readonly Shot[]} shots
 * @returns {{best: number, merits: Merit[]}} the index of the best; the first where several are as good
 */
export function chooseBest(shots) {
  if (shots.length === 0) throw new Error("there is no picture to choose from");
  const ids = new Set(shots.flatMap(({ sitters }) => sitters.map(({ id }) => id)));
  const tops = new Map([...ids].map((id) => [id, top(shots, id)]));
  const merits = shots.map((shot) => judge(shot, ids, tops));
  return { best: merits.reduce((best, { total }, index) => (total > merits[best].total + 1e-9 ? index : best), 0), merits };
}

/** @param {readonly Shot[]} shots @param {number} id */
function top(shots, id) {
  const all = shots.flatMap(({ sitters }) => sitters.filter((sitter) => sitter.id === id));
  return { sharp: Math.max(1e-9, ...all.map(({ sharp }) => sharp)), eyes: Math.max(1e-9, ...all.map(({ eyes }) => eyes)) };
}

/** @param {Shot} shot @param {Set<number>} ids @param {Map<number, {sharp: number, eyes: number}>} tops @returns {Merit} */
function judge({ width, height, sitters }, ids, tops) {
  const known = new Map(sitters.map((sitter) => [sitter.id, sitter]));
  /** @param {(sitter: Sitter) => number} value somebody who is missing gets 0 */
  const together = (value) => everybody([...ids].map((id) => (known.has(id) ? value(/** @type {Sitter} */ (known.get(id))) : 0)));
  const merit = {
    smiling: together(({ smile }) => smile),
    looking: together(({ landmarks }) => frontality(landmarks)),
    eyes: together(({ id, eyes }) => eyes / (tops.get(id)?.eyes ?? 1)),
    sharp: together(({ id, sharp }) => sharp / (tops.get(id)?.sharp ?? 1)),
    whole: together(({ box }) => wholeness(box, width, height)),
  };
  const total = Object.entries(WEIGHTS).reduce((sum, [name, weight]) => sum + weight * merit[/** @type {keyof typeof WEIGHTS} */ (name)], 0);
  return { ...merit, total };
}

/** Half the mean, half the worst: one who blinks spoils the picture. @param {number[]} values */
const everybody = (values) => (values.length === 0 ? 1 : (values.reduce((sum, one) => sum + one, 0) / values.length + Math.min(...values)) / 2);

/**
 * Tell how much a face looks at the camera, from how far the nose lies off the line through the middle of the eyes.
 * @param {readonly Point[]} landmarks as in Detection
 * @returns {number} 1 straight ahead, 0 turned by some 45 degrees or more
 */
export function frontality([[ax, ay], [bx, by], [nx, ny]]) {
  const [dx, dy] = [bx - ax, by - ay];
  const distance = Math.hypot(dx, dy);
  if (distance === 0) return 0;
  const along = ((nx - (ax + bx) / 2) * dx + (ny - (ay + by) / 2) * dy) / distance;
  return Math.max(0, 1 - Math.abs(along) / distance / TURNED);
}

/**
 * Tell how much of a face is in the picture.
 * @param {Box} box
 * @param {number} width of the picture
 * @param {number} height of the picture
 */
export function wholeness(box, width, height) {
  const margin = box.width * EDGE;
  const inside = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ end) =>
    Math.max(0, Math.min(to, end) - Math.max(from, 0)) / (to - from);
  return inside(box.x - margin, box.x + box.width + margin, width) * inside(box.y - margin, box.y + box.height + margin, height);
}
