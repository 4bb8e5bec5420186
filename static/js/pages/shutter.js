// One photo: a burst of whole pictures with what was seen in them, the best of it, and the camera's own photo where that is larger.
import { chooseFrame } from "../photo/burst.js";
import { frameNearest } from "../photo/nearest.js";
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
const NOBODY = { faces: 0, smiling: 0, ready: false, people: [] };

/**
 * @param {object} parts
 * @param {ReturnType<typeof import("./looking.js").createLooking>} parts.looking
 * @param {ReturnType<typeof import("./picture.js").createPicture>} parts.picture
 */
export function createShutter({ looking, picture }) {
  /** @type {Seen[]} */
  let burst = [];
  /** @type {((burst: Seen[]) => void) | null} */
  let end = null;

  /**
   * Take what was seen while a burst runs.
   * @param {Look} look @param {Group} group @param {ImageBitmap | null} whole
   */
  function see({ faces }, group, whole) {
    if (!whole) return;
    if (!end) return whole.close();
    burst.push({ bitmap: whole, faces, group });
    if (burst.length >= PICTURES) finish();
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
    const kept = larger ?? best;
    seen.forEach((one) => one !== kept && one.bitmap.close());
    return { bitmap: kept.bitmap, choice: seen.length > 1 ? choice : null, seen: kept };
  }

  /**
   * Take the frame of a moment that several cameras share. The networks rest meanwhile: who of the room smiles is known, and the frames come regularly.
   * @param {number} moment in ms on this page's clock, a little ahead
   * @param {() => void} onMoment called in it
   * @returns {Promise<{bitmap: ImageBitmap, time: number}>} when the frame was taken, in ms on this page's clock
   */
  async function shootAt(moment, onMoment) {
    const element = picture.element();
    looking.stop();
    try {
      const nearest = element instanceof HTMLVideoElement ? frameNearest(element, moment) : null;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, moment - performance.now())));
      onMoment();
      return (await nearest) ?? { bitmap: await grabBitmap(element), time: performance.now() };
    } finally {
      void looking.start();
    }
  }

  /**
   * Take the camera's own photo only if as many smile in it as in the best of the burst.
   * @param {ImageBitmap} photo @param {Seen} best
   * @returns {Promise<Seen | null>}
   */
  async function asGood(photo, best) {
    const look = await looking.judge(photo).catch(() => null);
    if (look && look.group.smiling >= best.group.smiling) return { bitmap: photo, faces: look.faces, group: look.group };
    photo.close();
    return null;
  }

  return { see, shoot, shootAt, grab: () => grabBitmap(picture.element()) };
}
