// The overlay: follows the latest faces smoothly on every animation frame, however seldom they are looked at.
import { layOut } from "./layout.js";
import { LABELS, measureLabel, paintBox, paintLabel, paintPanel, panelSize } from "./paint.js";
import { faceTone } from "./tones.js";
import { toStage } from "./view.js";

/** @typedef {import("../contract.js").Face} Face */
/** @typedef {import("../contract.js").Box} Box */
/** @typedef {import("./view.js").View} View */
/** @typedef {{face: Face, box: Box, scores: Record<string, number>, alpha: number}} Shown */

/** Time in ms after which about two thirds of a movement is made up. */
const FOLLOW_MS = 55;
const FADE_MS = 140;
/** Faces narrower than this, in points, carry their bars in the label. */
const NARROW = 64;
/** More faces than this carry their bars in the label. */
const CROWD = 4;

/** @param {number} from @param {number} to @param {number} share */
const toward = (from, to, share) => from + (to - from) * share;

/** @returns an overlay: `faces(list)` says what is there, `step(time)` moves, `paint(context, view, look)` draws */
export function createOverlay() {
  /** @type {Map<number, Shown>} */
  const shown = new Map();
  /** @type {Map<number, import("./layout.js").Place>} */
  const places = new Map();
  /** @type {Set<number>} */
  let present = new Set();
  /** @type {number | null} */
  let last = null;

  /** Take the latest faces; those not among them fade. @param {readonly Face[]} list boxes in pixels of the picture */
  function faces(list) {
    present = new Set(list.map(({ id }) => id));
    for (const face of list) {
      const known = shown.get(face.id);
      if (known) known.face = face;
      else shown.set(face.id, { face, box: { ...face.box }, scores: { ...face.scores }, alpha: 0 });
    }
  }

  /** Move towards the latest faces. @param {number} time in ms @param {boolean} calm jump instead of easing */
  function step(time, calm) {
    const passed = last === null ? 1000 : Math.max(0, time - last);
    last = time;
    const share = calm ? 1 : 1 - Math.exp(-passed / FOLLOW_MS);
    for (const [id, one] of shown) {
      const { face, box, scores } = one;
      for (const side of /** @type {const} */ (["x", "y", "width", "height"])) {
        box[side] = toward(box[side], face.box[side], share);
      }
      for (const label of Object.keys(face.scores)) {
        scores[label] = toward(scores[label] ?? 0, face.scores[label], share / 2);
      }
      const change = calm ? 1 : passed / FADE_MS;
      one.alpha = Math.min(1, Math.max(0, one.alpha + (present.has(id) ? change : -change)));
      if (one.alpha === 0 && !present.has(id)) {
        shown.delete(id);
        places.delete(id);
      }
    }
  }

  /**
   * Draw all faces, the small ones first so that near people lie on top.
   * @param {CanvasRenderingContext2D} context already scaled to points
   * @param {View} view
   * @param {boolean} bars whether probability bars are wanted
   */
  function paint(context, view, bars) {
    const all = [...shown.values()];
    const wanted = all.map((one) => want(context, one, view, bars, all.length));
    const placed = layOut(wanted, view, places);
    const order = all.map((_, index) => index).sort((a, b) => all[a].box.height - all[b].box.height);
    for (const index of order) {
      const one = all[index];
      const { label, name, panel, place } = placed[index];
      places.set(one.face.id, place);
      context.globalAlpha = one.alpha;
      paintBox(context, wanted[index].face, faceTone(one.face), one.face.sure);
      paintLabel(context, { ...one.face, scores: one.scores }, label, LABELS[/** @type {keyof typeof LABELS} */ (name)]);
      if (panel) paintPanel(context, one.scores, panel);
    }
    context.globalAlpha = 1;
  }

  /** Tell where each face is shown now, in points. @param {View} view */
  const shownAt = (view) => [...shown.values()].map(({ face, box, alpha }) => ({ id: face.id, box: toStage(box, view), alpha }));

  function reset() {
    shown.clear();
    places.clear();
    present = new Set();
    last = null;
  }

  return { faces, step, paint, places: shownAt, reset, size: () => shown.size };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Shown} one
 * @param {View} view
 * @param {boolean} bars
 * @param {number} count of faces
 */
function want(context, { face: known, box, scores }, view, bars, count) {
  const face = toStage(box, view);
  const eased = { ...known, scores };
  const roomy = bars && count <= CROWD && face.width >= NARROW;
  return {
    id: known.id,
    face,
    labels: Object.fromEntries(
      Object.entries(LABELS)
        .filter(([, parts]) => bars || !parts.bars)
        .map(([name, parts]) => [name, measureLabel(context, eased, parts)]),
    ),
    beside_panel: "words",
    panel: roomy ? panelSize(context, Object.keys(scores)) : null,
  };
}
