// Places labels and bars round the faces: inside the stage, off other faces, and calm from frame to frame. Pure.

/** @typedef {import("../contract.js").Box} Box */
/** @typedef {{width: number, height: number}} Size in points */
/**
 * @typedef {object} Wanted
 * @property {number} id of the face
 * @property {Box} face on the stage, in points
 * @property {Size} label
 * @property {Size} wide_label the label that carries the bars itself, used where no panel finds a place
 * @property {Size | null} panel the bars with names, null where none is wanted
 */
/**
 * @typedef {object} Placed
 * @property {number} id
 * @property {Box} label
 * @property {Box | null} panel null where it would hide more than it tells
 * @property {string} side which candidate was taken; hand it back next time for a calm picture
 */

const GAP = 8;
const MARGIN = 6;
/** A panel may hide this share of a face's area, its own or another's, before it is left out. */
const TOO_MUCH_HIDDEN = 0.3;
/** A panel stays where it was unless another place is better by this share of its own area. */
const STAY = 0.25;

/** @param {Box} a @param {Box} b @returns {number} in square points */
function overlap(a, b) {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/**
 * Push a box inside the stage, keeping a margin; one that is too large is aligned left and top.
 * @param {Box} box
 * @param {Size} stage
 * @returns {Box}
 */
export function keepInside(box, stage) {
  const x = Math.max(MARGIN, Math.min(box.x, stage.width - MARGIN - box.width));
  const y = Math.max(MARGIN, Math.min(box.y, stage.height - MARGIN - box.height));
  return { ...box, x, y };
}

/** @param {Box} face @param {Size} size @returns {Record<string, Box>} */
function panelPlaces(face, size) {
  const middle = face.x + face.width / 2 - size.width / 2;
  return {
    right: { ...size, x: face.x + face.width + GAP, y: face.y },
    left: { ...size, x: face.x - GAP - size.width, y: face.y },
    below: { ...size, x: middle, y: face.y + face.height + GAP },
    above: { ...size, x: middle, y: face.y - 3 * GAP - size.height - GAP },
  };
}

/**
 * Place the label over the face, or under it where the stage ends, away from what was placed before.
 * @param {Box} face
 * @param {Size} label
 * @param {Box[]} taken
 * @param {Size} stage
 */
function placeLabel(face, label, taken, stage) {
  const above = { ...label, x: face.x, y: face.y - label.height - GAP };
  const below = { ...label, x: face.x, y: face.y + face.height + GAP };
  const inside = { ...label, x: face.x + GAP, y: face.y + GAP };
  const places = [above, below, inside].map((box) => keepInside(box, stage));
  const cost = (/** @type {Box} */ box, /** @type {number} */ index) =>
    taken.reduce((sum, other) => sum + overlap(box, other), 0) + overlap(box, face) * 0.5 + index;
  return places.reduce((best, box, index) => (cost(box, index) < cost(best, places.indexOf(best)) ? box : best));
}

/**
 * Place what belongs to each face.
 * @param {Wanted[]} wanted
 * @param {Size} stage
 * @param {Map<number, string>} sides where each face's panel was last time, by id
 * @returns {Placed[]} in the order of `wanted`; the largest faces choose first
 */
export function layOut(wanted, stage, sides) {
  const bySize = [...wanted].sort((a, b) => b.face.width * b.face.height - a.face.width * a.face.height);
  /** @type {Box[]} */
  const taken = [];
  /** @type {Map<number, Placed>} */
  const placed = new Map();

  for (const one of bySize) {
    const narrow = placeLabel(one.face, one.label, taken, stage);
    const panel = one.panel && placePanel(one, one.panel, wanted, [...taken, narrow], stage, sides.get(one.id));
    const label = panel ? narrow : placeLabel(one.face, one.wide_label, taken, stage);
    taken.push(label);
    if (panel) taken.push(panel.box);
    placed.set(one.id, { id: one.id, label, panel: panel?.box ?? null, side: panel?.side ?? "none" });
  }
  return wanted.map(({ id }) => /** @type {Placed} */ (placed.get(id)));
}

/**
 * @param {Wanted} one
 * @param {Size} size
 * @param {Wanted[]} all
 * @param {Box[]} taken
 * @param {Size} stage
 * @param {string | undefined} before
 */
function placePanel(one, size, all, taken, stage, before) {
  const area = size.width * size.height;
  /** @type {{box: Box, side: string, cost: number, hidden: number} | null} */
  let best = null;
  for (const [side, place] of Object.entries(panelPlaces(one.face, size))) {
    const box = keepInside(place, stage);
    const hidden = Math.max(...all.map(({ face }) => overlap(box, face) / (face.width * face.height)));
    const covered = all.reduce((sum, { face }) => sum + overlap(box, face), 0);
    const collides = taken.reduce((sum, other) => sum + overlap(box, other), 0);
    const cost = (covered + 3 * collides) / area - (side === before ? STAY : 0);
    if (collides < area * 0.02 && (!best || cost < best.cost)) best = { box, side, cost, hidden };
  }
  return best && best.hidden <= TOO_MUCH_HIDDEN ? best : null;
}
