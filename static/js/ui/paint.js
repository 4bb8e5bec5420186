// Draws one face with its label and bars onto a 2D canvas; knows nothing of time or layout.
import { expressionName, expressionText, genderText } from "./words.js";
import { faceTone, labelTone } from "./tones.js";

/** @typedef {import("../contract.js").Face} Face */
/** @typedef {import("../contract.js").Box} Box */
/** @typedef {import("./layout.js").Placed} Placed */
/** @typedef {CanvasRenderingContext2D} Context */

const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';
const LABEL_FONT = `650 15px ${SANS}`;
const SMALL_FONT = `500 11.5px ${SANS}`;
const GLASS = "rgba(13, 15, 26, 0.8)";
const ROW = 14;
const PAD = 8;
const NAME_GAP = 6;
const BAR_WIDTH = 62;
/** Label widths grow in steps of this many points, so that a changing number does not make them tremble. */
const STEP = 8;
const MINI = { width: 4, gap: 2, height: 22 };

/**
 * Measure the panel of bars: its names are wider in some languages.
 * @param {Context} context
 * @param {string[]} labels
 * @returns {{width: number, height: number}}
 */
export function panelSize(context, labels) {
  context.font = SMALL_FONT;
  const names = Math.max(...labels.map((label) => context.measureText(expressionName(label)).width));
  return { width: PAD * 2 + Math.ceil(names) + NAME_GAP + BAR_WIDTH, height: PAD * 2 + labels.length * ROW };
}

/** @param {number} count of bars */
const miniWidth = (count) => count * (MINI.width + MINI.gap) - MINI.gap;

/** @typedef {{gender: boolean, bars: boolean}} Parts what a label tells besides number and expression */

/** The labels a face may have, the one that tells most first. */
export const LABELS = /** @satisfies {Record<string, Parts>} */ ({
  full: { gender: true, bars: true },
  words: { gender: true, bars: false },
  short: { gender: false, bars: false },
});

/**
 * Measure the label of a face.
 * @param {Context} context
 * @param {Face} face
 * @param {Parts} parts
 */
export function measureLabel(context, face, { gender, bars }) {
  context.font = LABEL_FONT;
  const number = context.measureText(String(face.id)).width + 16;
  const expression = number + 8 + context.measureText(expressionText(face)).width;
  context.font = SMALL_FONT;
  const text = gender ? Math.max(expression, context.measureText(genderText(face)).width) : expression;
  const mini = bars ? miniWidth(Object.keys(face.scores).length) + 12 : 0;
  return { width: Math.ceil((text + mini + PAD * 2 + 2) / STEP) * STEP, height: gender ? 46 : 30 };
}

/** @param {Context} context @param {Box} box @param {number} radius @param {string} fill */
function plate(context, box, radius, fill) {
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, radius);
  context.fillStyle = fill;
  context.fill();
}

/**
 * Draw the frame of a face: a thin full line and strong corners, with a dark rim for light pictures.
 * @param {Context} context
 * @param {Box} box
 * @param {string} tone
 * @param {boolean} sure false draws it dashed
 */
export function paintBox(context, box, tone, sure) {
  const radius = Math.min(16, box.width / 5);
  context.lineCap = "round";
  context.setLineDash([]);
  for (const [width, style, alpha] of /** @type {const} */ ([[6, "#0b0d17", 0.32], [3, tone, 1]])) {
    context.save();
    context.globalAlpha *= alpha;
    context.lineWidth = width;
    context.strokeStyle = style;
    if (!sure) context.setLineDash([9, 8]);
    context.beginPath();
    context.roundRect(box.x, box.y, box.width, box.height, radius);
    context.stroke();
    context.restore();
  }
}

/**
 * Draw number, expression and what else the label tells.
 * @param {Context} context
 * @param {Face} face
 * @param {Box} at
 * @param {Parts} parts
 */
export function paintLabel(context, face, at, { gender, bars }) {
  const tone = faceTone(face);
  plate(context, at, 12, GLASS);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.font = LABEL_FONT;
  const number = String(face.id);
  const chip = { x: at.x + PAD - 2, y: at.y + 5, width: context.measureText(number).width + 14, height: 20 };
  plate(context, chip, 10, tone);
  context.fillStyle = "#12141f";
  context.fillText(number, chip.x + 7, chip.y + 10.5);
  context.fillStyle = "#ffffff";
  context.fillText(expressionText(face), chip.x + chip.width + 7, chip.y + 10.5);
  if (gender) {
    context.font = SMALL_FONT;
    context.fillStyle = "#d5d9e6";
    context.fillText(genderText(face), at.x + PAD, at.y + 35);
  }
  if (bars) paintMiniBars(context, face, at);
}

/** @param {Context} context @param {Face} face @param {Box} at the label */
function paintMiniBars(context, face, at) {
  const entries = Object.entries(face.scores);
  let x = at.x + at.width - PAD - miniWidth(entries.length);
  const bottom = at.y + at.height / 2 + MINI.height / 2;
  for (const [label, probability] of entries) {
    plate(context, { x, y: bottom - MINI.height, width: MINI.width, height: MINI.height }, 2, "rgba(255,255,255,0.14)");
    const height = Math.max(2, MINI.height * probability);
    plate(context, { x, y: bottom - height, width: MINI.width, height }, 2, labelTone(label));
    x += MINI.width + MINI.gap;
  }
}

/**
 * Draw one named bar per expression, in the network's order, so that bars keep their places.
 * @param {Context} context
 * @param {Record<string, number>} scores
 * @param {Box} at
 */
export function paintPanel(context, scores, at) {
  plate(context, at, 12, GLASS);
  context.font = SMALL_FONT;
  context.textBaseline = "middle";
  context.textAlign = "left";
  Object.entries(scores).forEach(([label, probability], row) => {
    const y = at.y + PAD + row * ROW + ROW / 2;
    const x = at.x + at.width - PAD - BAR_WIDTH;
    context.fillStyle = "#d5d9e6";
    context.fillText(expressionName(label), at.x + PAD, y);
    plate(context, { x, y: y - 3, width: BAR_WIDTH, height: 6 }, 3, "rgba(255,255,255,0.16)");
    plate(context, { x, y: y - 3, width: Math.max(3, BAR_WIDTH * probability), height: 6 }, 3, labelTone(label));
  });
}
