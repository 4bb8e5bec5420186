// Places labels and bars round the faces: inside the stage, off other faces, and calm from frame to frame. Pure.

/** @typedef {import("../contract.js").Box} Box */
/** @typedef {{width: number, height: number}} Size in points */
/**
 * @typedef {object} Wanted
 * @property {number} id of the face
 * @property {Box} face on the stage, in points
 * @property {Record<string, Size>} labels by name, the one that tells most first: used in this order where no panel finds a place
 * @property {string} beside_panel name of the label that stands with a panel
 * @property {Size | null} panel the bars with names, null where none is wanted
 */
/**
 * @typedef {object} Placed
 * @property {number} id
 * @property {Box} label
 * @property {string} name of the label
 * @property {Box | null} panel null where it would hide more than it tells
 * @property {Place} place which candidates were taken; hand it back next time for a calm picture
 */
/** @typedef {{name: string, label: string, panel: string | null}} Place kind and places of label and panel */
/** @typedef {{box: Box, name: string, at: string, cost: number, hides: number}} Label */

const GAP = 8;
const MARGIN = 6;
/** A panel may hide this share of a face's area, its own or another's, before it is left out. */
const TOO_MUCH_HIDDEN = 0.12;
/** A label may hide other faces and labels by this share of its own area before shorter ones are taken, */
const LABEL_HIDES = 0.02;
/** which grow again when so many points round each of them are free, */
const ROOM = 12;
/** and what it hides counts so many times as much as the place that it likes. */
const HIDING = 10;
/** A panel or label stays where it was unless another place is better by this share of its own area. */
const STAY = 0.25;
/** What each place that a label would rather not take costs it, as a share of its own area. */
const LESS_LIKED = 0.02;

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

/** @param {Box} face @param {Size} size @returns {Record<string, Box>} the best liked first */
function labelPlaces(face, size) {
  const columns = { left: face.x, middle: face.x + face.width / 2 - size.width / 2, right: face.x + face.width - size.width };
  const rows = {
    above: face.y - size.height - GAP,
    below: face.y + face.height + GAP,
    "far above": face.y - 2 * (size.height + GAP),
    "far below": face.y + face.height + size.height + 2 * GAP,
    inside: face.y + GAP,
  };
  return Object.fromEntries(
    Object.entries(rows).flatMap(([row, y]) => Object.entries(columns).map(([column, x]) => [`${row} ${column}`, { ...size, x, y }])),
  );
}

/**
 * Find the best place for a label of one kind: near its face, off other faces and what was placed before.
 * @param {Wanted} one
 * @param {string} name of the label
 * @param {number} room to keep free round it, in points
 * @param {Wanted[]} all
 * @param {Box[]} taken
 * @param {Size} stage
 * @param {Place | undefined} before
 * @returns {Label}
 */
function placeLabel(one, name, room, all, taken, stage, before) {
  const size = { width: one.labels[name].width + room, height: one.labels[name].height + room };
  const area = size.width * size.height;
  const others = [...taken, ...all.filter(({ id }) => id !== one.id).map(({ face }) => face)];
  const labels = Object.entries(labelPlaces(one.face, size)).map(([at, place], index) => {
    const box = keepInside(place, stage);
    const hides = others.reduce((sum, other) => sum + overlap(box, other), 0) / area;
    const cost = HIDING * hides + (overlap(box, one.face) / area) * 0.5 + index * LESS_LIKED - (at === before?.label ? STAY : 0);
    return { box, name, at, cost, hides };
  });
  return labels.reduce((best, label) => (label.cost < best.cost ? label : best));
}

/**
 * Place what belongs to each face, with the labels that tell most of those that hide nobody: the same kind for all.
 * @param {Wanted[]} wanted
 * @param {Size} stage
 * @param {Map<number, Place>} places what was taken for each face last time, by id
 * @returns {Placed[]} in the order of `wanted`; the largest faces choose first
 */
export function layOut(wanted, stage, places) {
  const names = Object.keys(wanted[0]?.labels ?? {});
  const last = Math.max(0, ...wanted.map(({ id }) => names.indexOf(places.get(id)?.name ?? "")));
  for (const [index, name] of names.entries()) {
    const room = index < last ? ROOM : 0;
    const { placed, hides } = layOutWith(name, room, wanted, stage, places);
    if (hides <= LABEL_HIDES || index === names.length - 1) return room ? layOutWith(name, 0, wanted, stage, places).placed : placed;
  }
  return [];
}

/**
 * @param {string} name of the labels
 * @param {number} room kept free round each label, in points
 * @param {Wanted[]} wanted
 * @param {Size} stage
 * @param {Map<number, Place>} places
 */
function layOutWith(name, room, wanted, stage, places) {
  const bySize = [...wanted].sort((a, b) => b.face.width * b.face.height - a.face.width * a.face.height);
  /** @type {Box[]} */
  const taken = [];
  /** @type {Map<number, Placed>} */
  const placed = new Map();
  let hides = 0;

  for (const one of bySize) {
    const before = places.get(one.id);
    const beside = placeLabel(one, one.beside_panel, 0, wanted, taken, stage, before);
    const panel = one.panel && placePanel(one, one.panel, wanted, [...taken, beside.box], stage, before?.panel);
    const label = panel ? beside : placeLabel(one, name, room, wanted, taken, stage, before);
    hides = Math.max(hides, label.hides);
    taken.push(label.box);
    if (panel) taken.push(panel.box);
    const place = { name, label: label.at, panel: panel?.side ?? null };
    placed.set(one.id, { id: one.id, label: label.box, name: label.name, panel: panel?.box ?? null, place });
  }
  return { placed: wanted.map(({ id }) => /** @type {Placed} */ (placed.get(id))), hides };
}

/**
 * @param {Wanted} one
 * @param {Size} size
 * @param {Wanted[]} all
 * @param {Box[]} taken
 * @param {Size} stage
 * @param {string | null | undefined} before
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
