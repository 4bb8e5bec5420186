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

  /** Take what was seen while a burst runs. @param {Look} look @param {Group} group @param {ImageBitmap | null} whole */
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
    seen.forEach((one) => (one !== best || larger) && one.bitmap.close());
    return { bitmap: larger ?? best.bitmap, choice: seen.length > 1 ? choice : null, seen: best };
  }

  /** Take the camera's own photo only if as many smile in it as in the best of the burst. @param {ImageBitmap} photo @param {Seen} best */
  async function asGood(photo, best) {
    const look = await looking.judge(photo).catch(() => null);
    if (look && look.group.smiling >= best.group.smiling) return photo;
    photo.close();
    return null;
  }

  return { see, shoot, grab: () => grabBitmap(picture.element()) };
}
