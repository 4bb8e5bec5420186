/** Counts visits: somebody's face stays in view for a while. Sums leave it, never a single visit. */
import { DWELL_S, EMOTIONS } from "../contract.js";

/** @typedef {import("../contract.js").CountCell} CountCell */
/** @typedef {import("../contract.js").Face} Face */
/** @typedef {Omit<CountCell, "start">} Sums */
/** @typedef {{x: number, y: number, width: number, height: number}} Zone as shares of the picture, 0 to 1 */

/**
 * @typedef {object} VisitConfig
 * @property {number} visit_ms How long a face stays in view to be a visit, in ms. Longer: passers-by are not counted.
 * @property {number} away_ms How long a face may be out of view before its visit has ended, in ms.
 * @property {number} longest_ms A face in view for longer is a poster or a doll, and is not counted, in ms.
 * @property {number} smile_ms How long a smile lasts without a break to count, in ms. Longer: fewer false smiles.
 * @property {number} smile_threshold Probability from which on a smile is detected; the emotion network's manifest says it.
 * @property {number} look_ms The longest time between two looks that still counts as looking, in ms.
 * @property {boolean} gender Whether perceived gender is counted.
 */

/** @type {VisitConfig} */
export const visitDefaults = {
  visit_ms: 2000,
  away_ms: 1500,
  longest_ms: 1_800_000,
  smile_ms: 500,
  smile_threshold: 0.5,
  look_ms: 2000,
  gender: false,
};

/** @typedef {{first_seen: number, last_seen: number, emotion_ms: Record<string, number>, smiles: [number, number][], smiling: boolean, gender: string}} Visit */

/** @returns {Sums} */
const nothing = () => ({
  observed_ms: 0,
  visits: 0,
  smiled: 0,
  brightened: 0,
  dimmed: 0,
  dwell_ms: 0,
  dwell: [0, 0, 0, 0, 0],
  emotion_ms: {},
  gender: {},
});

/** @param {Face["box"]} box @param {{width: number, height: number}} size @param {Zone[]} zones */
export function leftOut(box, size, zones) {
  const x = (box.x + box.width / 2) / size.width;
  const y = (box.y + box.height / 2) / size.height;
  return zones.some((zone) => x >= zone.x && x <= zone.x + zone.width && y >= zone.y && y <= zone.y + zone.height);
}

/**
 * Make a counter: `see(faces, time)` after each look, `take()` for the sums since the last one.
 * @param {Partial<VisitConfig>} [config]
 */
export function createVisits(config = {}) {
  const settings = { ...visitDefaults, ...config };
  /** @type {Map<number, Visit>} */
  const open = new Map();
  let sums = nothing();
  /** @type {number | null} */
  let previous = null;

  /** @param {Visit} visit */
  function end(visit) {
    const dwell_ms = Math.round(visit.last_seen - visit.first_seen);
    if (dwell_ms < settings.visit_ms || dwell_ms > settings.longest_ms) return;
    const smiles = visit.smiles.filter(([from, to]) => to - from >= settings.smile_ms);
    const third = dwell_ms / 3;
    const early = smiles.some(([from]) => from < visit.first_seen + third);
    const late = smiles.some(([, to]) => to > visit.last_seen - third);
    const bucket = DWELL_S.filter((seconds) => dwell_ms >= seconds * 1000).length;
    sums.visits += 1;
    sums.smiled += Number(smiles.length > 0);
    sums.brightened += Number(late && !early);
    sums.dimmed += Number(early && !late);
    sums.dwell_ms += dwell_ms;
    sums.dwell[bucket] += 1;
    for (const [label, time] of Object.entries(visit.emotion_ms)) sums.emotion_ms[label] = (sums.emotion_ms[label] ?? 0) + Math.round(time);
    if (settings.gender) sums.gender = { ...sums.gender, [visit.gender]: (sums.gender?.[visit.gender] ?? 0) + 1 };
  }

  /** @param {Face} face @param {number} time @param {number} elapsed */
  function follow(face, time, elapsed) {
    const known = open.get(face.id);
    /** @type {Visit} */
    const visit = known ?? { first_seen: time, last_seen: time, emotion_ms: {}, smiles: [], smiling: false, gender: "unknown" };
    if (known) visit.emotion_ms[face.emotion] = (visit.emotion_ms[face.emotion] ?? 0) + elapsed;
    const smiling = face.smile >= settings.smile_threshold;
    const last = visit.smiles[visit.smiles.length - 1];
    if (smiling && visit.smiling && last) last[1] = time;
    else if (smiling) visit.smiles.push([time, time]);
    Object.assign(visit, { smiling, last_seen: time, gender: face.gender });
    open.set(face.id, visit);
  }

  return {
    /**
     * Take in what one look saw.
     * @param {readonly Face[]} faces those in zones left out are not among them
     * @param {number} time in ms, growing
     */
    see(faces, time) {
      const since = previous === null ? 0 : time - previous;
      const elapsed = since > 0 && since <= settings.look_ms ? since : 0;
      previous = time;
      sums.observed_ms += elapsed;
      for (const face of faces) if (EMOTIONS.includes(/** @type {any} */ (face.emotion))) follow(face, time, elapsed);
      for (const [id, visit] of open)
        if (time - visit.last_seen > settings.away_ms) {
          open.delete(id);
          end(visit);
        }
    },
    /** Give the sums since the last time, and begin anew; visits that go on stay. @returns {Sums} */
    take() {
      const taken = { ...sums, observed_ms: Math.min(60_000, Math.round(sums.observed_ms)) };
      sums = nothing();
      return taken;
    },
    /** How many visits go on now. */
    present: () => open.size,
    /** @param {boolean} gender */
    setGender: (gender) => {
      settings.gender = gender;
    },
  };
}
