// One photo: a burst of whole pictures with what was seen in them, the best of it, and the camera's own photo where that is larger.
import { chooseFrame } from "../photo/burst.js";
import { grabBitmap, takePhoto } from "../photo/still.js";

/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../photo/burst.js").Choice} Choice */
/** @typedef {import("../photo/burst.js").Seen} Seen */
/** @typedef {import("./looking.js").Look} Look */
/** @typedef {{bitmap: ImageBitmap, choice: Choice | null, seen: Seen | null}} Shot close the bitmap */

const PICTURES = 5;
/** A burst ends after this time, with the pictures there are; where looks come slowly it waits for the first a while longer. */
const BURST_MS = 1000;
const FIRST_MS = 3000;
/** How far from a common moment a picture may be taken, and how much of its merit it loses at that distance: the moment itself is preferred. */
const AROUND_MS = 300;
const DISTANCE_COST = 0.1;
/** A timer may be late by so much: the rest is waited for without one. */
const CLOSE_MS = 30;
const NOBODY = { faces: 0, smiling: 0, ready: false, people: [] };

/**
 * @param {object} parts
 * @param {ReturnType<typeof import("./looking.js").createLooking>} parts.looking
 * @param {ReturnType<typeof import("./picture.js").createPicture>} parts.picture
 */
export function createShutter({ looking, picture }) {
  /** @type {(Seen & {time: number})[]} */
  let burst = [];
  /** @type {((burst: (Seen & {time: number})[]) => void) | null} */
  let end = null;
  /** The moment that a burst goes round. @type {number | null} */
  let middle = null;

  /**
   * Take what was seen while a burst runs.
   * @param {Look} look @param {Group} group @param {ImageBitmap | null} whole
   * @param {number} time in ms, when it was taken
   */
  function see({ faces }, group, whole, time) {
    if (!whole) return;
    if (!end) return whole.close();
    burst.push({ bitmap: whole, faces, group, time });
    if (middle !== null) keepNearest(middle);
    else if (burst.length >= PICTURES) finish();
  }

  /** Whole pictures are large: those farthest from the moment are given up. @param {number} moment */
  function keepNearest(moment) {
    burst.sort((one, other) => Math.abs(one.time - moment) - Math.abs(other.time - moment));
    while (burst.length > PICTURES) burst.pop()?.bitmap.close();
  }

  function finish() {
    looking.setWitness(null);
    const taken = burst;
    burst = [];
    end?.(taken);
    end = null;
  }

  /** @returns {Promise<Seen[]>} */
  const collect = () =>
    new Promise((resolve) => {
      end = resolve;
      middle = null;
      looking.setWitness(grabBitmap);
      setTimeout(() => end === resolve && burst.length > 0 && finish(), BURST_MS);
      setTimeout(() => end === resolve && finish(), FIRST_MS);
    });

  /** Take a photo. @returns {Promise<Shot>} */
  async function shoot() {
    const stream = picture.stream();
    const [seen, photo] = await Promise.all([collect(), stream ? takePhoto(stream, picture.size()) : null]);
    // Nothing was looked at meanwhile: what the camera shows is still a photo.
    if (seen.length === 0) seen.push({ bitmap: await grabBitmap(picture.element()), faces: [], group: NOBODY });
    const choice = chooseFrame(seen);
    const best = seen[choice.best];
    const larger = photo ? await asGood(photo, best) : null;
    seen.forEach((one) => (one !== best || larger) && one.bitmap.close());
    return { bitmap: larger ?? best.bitmap, choice: seen.length > 1 ? choice : null, seen: best };
  }

  /** Collect what is seen shortly before and after a moment. @param {number} moment @returns {Promise<(Seen & {time: number})[]>} */
  const collectAround = (moment) =>
    new Promise((resolve) => {
      end = resolve;
      middle = moment;
      const later = (/** @type {number} */ away, /** @type {() => void} */ run) =>
        setTimeout(() => end === resolve && run(), Math.max(0, moment + away - performance.now()));
      later(-AROUND_MS, () => looking.setWitness(grabBitmap));
      later(AROUND_MS, () => looking.setWitness(null));
      // What is seen in time may be told a while later, where looks come slowly.
      later(3 * AROUND_MS, finish);
    });

  /**
   * Take a photo of a moment that several cameras share: the best of what is seen around it, or else of what is shown in it.
   * @param {number} moment in ms on this page's clock, a little ahead
   * @param {() => void} onMoment called in it
   * @returns {Promise<Shot & {away: number}>} away: how many ms from the moment it was taken
   */
  async function shootAround(moment, onMoment) {
    const collected = collectAround(moment);
    await until(moment);
    onMoment();
    const exact = await grabBitmap(picture.element()).catch(() => null);
    const seen = (await collected).filter(({ time, bitmap }) => Math.abs(time - moment) <= AROUND_MS || void bitmap.close());
    if (seen.length === 0 && !exact) throw new Error("there was no picture at that moment");
    if (seen.length === 0 && exact) return { bitmap: exact, choice: null, seen: null, away: 0 };
    exact?.close();
    const cost = (/** @type {{time: number}} */ { time }) => (DISTANCE_COST * Math.abs(time - moment)) / AROUND_MS;
    const merits = chooseFrame(seen).merits.map((merit, at) => ({ ...merit, total: merit.total - cost(seen[at]) }));
    const best = merits.reduce((best_yet, { total }, at) => (total > merits[best_yet].total ? at : best_yet), 0);
    seen.forEach(({ bitmap }, at) => at !== best && bitmap.close());
    return { bitmap: seen[best].bitmap, choice: { best, merits }, seen: seen[best], away: Math.round(seen[best].time - moment) };
  }

  /** Take the camera's own photo only if as many smile in it as in the best of the burst. @param {ImageBitmap} photo @param {Seen} best */
  async function asGood(photo, best) {
    const look = await looking.judge(photo).catch(() => null);
    if (look && look.group.smiling >= best.group.smiling) return photo;
    photo.close();
    return null;
  }

  return { see, shoot, shootAround, grab: () => grabBitmap(picture.element()) };
}

/** @param {number} moment in ms on this page's clock */
async function until(moment) {
  const left = moment - performance.now();
  if (left > CLOSE_MS) await new Promise((resolve) => setTimeout(resolve, left - CLOSE_MS / 2));
  while (performance.now() < moment);
}
