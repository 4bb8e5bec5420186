// Draws a ring round each face that fills with that person's smile; a thin dotted one round those in the background.

/** @typedef {import("../contract.js").Box} Box */
/** @typedef {import("../contract.js").Person} Person */
/** @typedef {{id: number, box: Box, alpha: number}} Shown box on the stage, in points */

const FULL = "#ffc145";
const EMPTY = "rgba(245, 243, 238, 0.55)";
const RIM = "rgba(11, 13, 23, 0.4)";
const FAR = "rgba(245, 243, 238, 0.6)";
const TOP = -Math.PI / 2;
/** How far the ring stands off the face, as a share of its box's longer side. */
const ROOM = 0.66;

/** Time in ms after which about two thirds of a change have been made up. */
const EASE_MS = 90;

/** @returns `people(list)` says who is there, `paint(context, shown, time, calm)` draws */
export function createRings() {
  /** @type {Map<number, Person>} */
  let known = new Map();
  /** @type {Map<number, number>} */
  const filled = new Map();
  let last = 0;

  /** @param {readonly Person[]} list */
  function people(list) {
    known = new Map(list.map((person) => [person.id, person]));
    for (const id of filled.keys()) if (!known.has(id)) filled.delete(id);
  }

  /** @param {CanvasRenderingContext2D} context @param {readonly Shown[]} shown @param {number} time in ms @param {boolean} calm */
  function paint(context, shown, time, calm) {
    const share = calm ? 1 : 1 - Math.exp(-Math.max(0, time - last) / EASE_MS);
    last = time;
    for (const { id, box, alpha } of shown) {
      const person = known.get(id);
      if (!person) continue;
      const before = filled.get(id) ?? 0;
      const now = before + (person.progress - before) * share;
      filled.set(id, now);
      context.globalAlpha = alpha;
      if (person.background) paintFar(context, box);
      else paintRing(context, box, now, person.smiling);
    }
    context.globalAlpha = 1;
  }

  return { people, paint };
}

/** @param {Box} box */
const centre = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2, radius: Math.max(18, Math.max(width, height) * ROOM) });

/** @param {CanvasRenderingContext2D} context @param {Box} box @param {number} progress @param {boolean} smiling */
function paintRing(context, box, progress, smiling) {
  const { x, y, radius } = centre(box);
  const width = Math.max(4, Math.min(11, radius / 10));
  context.lineCap = "round";
  context.setLineDash([]);
  arc(context, x, y, radius, 1, width + 4, RIM);
  arc(context, x, y, radius, 1, width * 0.6, EMPTY);
  if (progress > 0.01) arc(context, x, y, radius, progress, width, FULL);
  if (smiling) tick(context, x + radius * Math.SQRT1_2, y + radius * Math.SQRT1_2, Math.max(9, width * 1.6));
}

/** A tick, so that colour alone carries nothing. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius */
function tick(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = FULL;
  context.fill();
  context.beginPath();
  context.moveTo(x - radius * 0.45, y + radius * 0.02);
  context.lineTo(x - radius * 0.1, y + radius * 0.38);
  context.lineTo(x + radius * 0.5, y - radius * 0.36);
  context.lineWidth = radius * 0.24;
  context.lineJoin = "round";
  context.strokeStyle = "#1d1503";
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {Box} box */
function paintFar(context, box) {
  const { x, y, radius } = centre(box);
  context.setLineDash([2, 6]);
  arc(context, x, y, radius, 1, 2, FAR);
  context.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {number} share of the circle, clockwise from its top
 * @param {number} width
 * @param {string} style
 */
function arc(context, x, y, radius, share, width, style) {
  context.beginPath();
  context.arc(x, y, radius, TOP, TOP + 2 * Math.PI * Math.min(1, share));
  context.lineWidth = width;
  context.strokeStyle = style;
  context.stroke();
}
