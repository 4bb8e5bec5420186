// The looking loop: one frame in flight, the newest next; apart from drawing, which never waits for it.
import { fitUnder, grab, nextPicture } from "../ui/sources/grab.js";

/** @typedef {import("../contract.js").Face} Face */
/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../contract.js").Stats} Stats */
/** @typedef {import("./eyes.js").Eyes} Eyes */
/** @typedef {{faces: Face[], group: Group, stats: Stats}} Look boxes in pixels of the picture */
/** @typedef {(shown: HTMLVideoElement | HTMLImageElement) => Promise<ImageBitmap>} Witness takes the whole picture that is looked at */

/** Longest side in pixels of the frames handed over; the crops for the networks need more than the detector does. */
const FRAME_SIDE = 640;
const STILL_SIDE = 1920;

/**
 * Move a face from pixels of the frame to pixels of the picture.
 * @param {Face} face
 * @param {number} scale
 * @returns {Face}
 */
function enlarge(face, scale) {
  const { x, y, width, height } = face.box;
  return {
    ...face,
    box: { x: x * scale, y: y * scale, width: width * scale, height: height * scale },
    landmarks: /** @type {Face["landmarks"]} */ (face.landmarks.map(([px, py]) => [px * scale, py * scale])),
  };
}

/**
 * @param {object} ears
 * @param {(look: Look, time: number, whole: ImageBitmap | null) => void} ears.onLook `whole` where a witness was asked for; close it
 * @param {(error: unknown) => void} ears.onError the networks failed while looking
 */
export function createLooking({ onLook, onError }) {
  /** @type {Eyes | null} */
  let vision = null;
  /** @type {HTMLVideoElement | HTMLImageElement | null} */
  let element = null;
  let side = FRAME_SIDE;
  let turn = 0;
  /** @type {Witness | null} */
  let witness = null;
  /** @type {Promise<unknown>} */
  let in_flight = Promise.resolve();

  /** @param {Eyes} eyes @param {number} longest @param {{still?: boolean}} options @returns {Promise<unknown>} false: nothing was seen, try again */
  async function lookOnce(eyes, longest, options) {
    const mine = turn;
    const shown = element;
    if (!shown) return;
    const [{ frame, scale }, whole] = await Promise.all([grab(shown, longest), witness ? witness(shown) : null]);
    if (mine !== turn) return whole?.close(), frame.close();
    const time = performance.now();
    const asked = eyes.look(/** @type {ImageBitmap} */ (frame), time, options);
    in_flight = asked.catch(() => {});
    const look = await asked.catch((error) => (whole?.close(), Promise.reject(error)));
    if (look === null) return whole?.close(), false;
    const { faces, group, stats } = look;
    if (mine === turn) onLook({ faces: faces.map((face) => enlarge(face, scale)), group, stats }, time, whole);
    else whole?.close();
  }

  /** @param {number} mine @param {Eyes} eyes @param {HTMLVideoElement} video */
  async function follow(mine, eyes, video) {
    while (mine === turn) {
      // First leave to look, then the newest picture: nothing waits.
      await eyes.ready();
      await nextPicture(video);
      if (mine === turn) await lookOnce(eyes, side, {});
    }
  }

  /** @param {number} mine @param {Eyes} eyes */
  async function lookAtStill(mine, eyes) {
    do await eyes.ready();
    while (mine === turn && (await lookOnce(eyes, STILL_SIDE, { still: true })) === false);
  }

  /** Look at what is shown, as soon as there are networks to look with. */
  async function start() {
    const mine = ++turn;
    await in_flight;
    if (mine !== turn || !vision || !element) return;
    const work = element instanceof HTMLVideoElement ? follow(mine, vision, element) : lookAtStill(mine, vision);
    await work.catch((error) => mine === turn && onError(error));
  }

  function stop() {
    turn += 1;
  }

  /**
   * Look at a picture on its own, between two looks.
   * @param {ImageBitmap} whole
   * @returns {Promise<Look>} faces in pixels of the picture
   */
  async function judge(whole) {
    stop();
    const mine = turn;
    // From the first step on, so that networks which are exchanged meanwhile stay until this look is done.
    const asked = in_flight.then(() => lookAt(whole));
    in_flight = asked.catch(() => {});
    try {
      return await asked;
    } finally {
      if (mine === turn) void start();
    }
  }

  /** @param {ImageBitmap} whole @returns {Promise<Look>} */
  async function lookAt(whole) {
    if (!vision) throw new Error("there are no networks to look with yet");
    const eyes = vision;
    const { width, height, scale } = fitUnder(whole, STILL_SIDE);
    const frame = await createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: "medium" });
    const look = await eyes.look(frame, performance.now(), { still: true });
    if (!look) throw new Error("nobody could look at this picture just now");
    const { faces, group, stats } = look;
    return { faces: faces.map((face) => enlarge(face, scale)), group, stats };
  }

  return {
    start,
    stop,
    judge,
    /** @param {HTMLVideoElement | HTMLImageElement | null} next */
    watch: (next) => {
      stop();
      element = next;
      vision?.reset();
    },
    /** Exchange the networks, closing those before once their last look is done. @param {Eyes | null} next */
    use: async (next) => {
      stop();
      const before = vision;
      vision = next;
      await in_flight;
      before?.close();
    },
    /** From the next look on, take the whole picture too, or no longer. @param {Witness | null} next */
    setWitness: (next) => {
      witness = next;
    },
    /** @param {number} detect_side */
    setDetectSide: (detect_side) => {
      side = Math.max(FRAME_SIDE, Math.round(detect_side * 1.5));
    },
  };
}
