// One look at a frame: detect, track, classify, smooth, group.
import { createGrouper } from "../core/group.js";
import { createSmoother } from "../core/smooth.js";
import { createTracker } from "../core/track.js";
import { createClassifier } from "./classify.js";
import { createDetector, fitInto } from "./detect.js";
import { createSheet, frameSize } from "./sheet.js";

/** @typedef {import("../contract.js").Face} Face */
/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../contract.js").Track} Track */
/** @typedef {import("./engine.js").Network} Network */
/** @typedef {import("./models.js").Manifest} Manifest */
/** @typedef {import("./sheet.js").Frame} Frame */
/** @typedef {{face: Network, emotion: Network, gender: Network}} Networks */
/** @typedef {{faces: Face[], group: Group, width: number, height: number, detect_ms: number, classify_ms: number}} Look */

/** Longest side, in pixels, of the picture that live faces are cut out of. */
const CROP_SIDE = 640;
/** In a crowd each frame classifies this many faces, those first that have waited longest. */
const FACES_A_FRAME = 8;

/** @typedef {ReturnType<typeof createMemory>} Memory what is known from earlier frames */

/**
 * Make the part that remembers, from what the manifests say.
 * @param {{emotion: Manifest, gender: Manifest}} manifests
 * @param {boolean} [still] every frame stands alone
 */
export function createMemory({ emotion, gender }, still = false) {
  const thresholds = {
    smile_label: emotion.smile_label ?? "happy",
    emotion_unsure_below: emotion.calibration?.unsure_below ?? 0,
    gender_unsure_below: gender.calibration?.unsure_below ?? 0,
  };
  const track = createTracker({ still });
  const smooth = createSmoother({ ...thresholds, still });
  const group = createGrouper({ smile_threshold: emotion.calibration?.smile_threshold ?? 0.5, still });
  const queue = createQueue(still ? Infinity : FACES_A_FRAME);
  return {
    track,
    smooth,
    group,
    queue,
    reset: () => {
      track.reset();
      smooth.reset();
      group.reset();
      queue.reset();
    },
  };
}

/**
 * Make the order in which faces are classified: `next(tracks)` returns those whose turn it is.
 * @param {number} most
 */
export function createQueue(most) {
  /** @type {Map<number, number>} */
  let turns = new Map();
  let turn = 0;

  return {
    /** @param {Track[]} tracks @returns {Track[]} */
    next(tracks) {
      turn += 1;
      turns = new Map(tracks.map(({ id }) => [id, turns.get(id) ?? 0]));
      const seen = tracks.filter(({ visible }) => visible);
      const chosen = seen.sort((a, b) => (turns.get(a.id) ?? 0) - (turns.get(b.id) ?? 0)).slice(0, most);
      for (const { id } of chosen) turns.set(id, turn);
      return chosen;
    },
    reset() {
      turns = new Map();
    },
  };
}

/**
 * Make a pipeline of running networks: `look(frame, time, memory, {side, crop_side})`.
 * @param {Networks} networks
 * @param {boolean} few_shapes see createClassifier
 */
export function createPipeline({ face, emotion, gender }, few_shapes) {
  const detect = createDetector(face);
  const classifyEmotion = createClassifier(emotion, few_shapes);
  const classifyGender = createClassifier(gender, few_shapes);
  const sheet = createSheet();

  /**
   * @param {Frame} frame
   * @param {Track[]} tracks in pixels of the frame
   * @param {{width: number, height: number}} size of the frame
   * @param {number} side longest of the picture to cut out of
   */
  async function classify(frame, tracks, size, side) {
    if (tracks.length === 0) return new Map();
    const fitted = fitInto(size.width, size.height, side);
    const image = sheet.draw(frame, { x: 0, y: 0, ...fitted }, fitted.width, fitted.height);
    const boxes = tracks.map(({ box }) => shrink(box, fitted.width / size.width, fitted.height / size.height));
    const [emotions, genders] = await Promise.all([classifyEmotion(image, boxes), classifyGender(image, boxes)]);
    return new Map(tracks.map(({ id }, i) => [id, { emotion: emotions[i], gender: genders[i] }]));
  }

  /**
   * @param {Frame} frame
   * @param {number} time ms
   * @param {Memory} memory
   * @param {{side: number, crop_side?: number}} sides the longest for the detector, and for cutting faces out
   * @returns {Promise<Look>}
   */
  return async function look(frame, time, memory, { side, crop_side = Math.max(CROP_SIDE, side) }) {
    const size = frameSize(frame);
    const start = performance.now();
    const tracks = memory.track(await detect(frame, size.width, size.height, side), time);
    const found = performance.now();
    const looks = await classify(frame, memory.queue.next(tracks), size, crop_side);
    const classify_ms = performance.now() - found;
    const faces = memory.smooth(tracks, looks, time);
    return { faces, group: memory.group(faces, time), ...size, detect_ms: found - start, classify_ms };
  };
}

/**
 * @param {import("../contract.js").Box} box
 * @param {number} x
 * @param {number} y
 */
const shrink = (box, x, y) => ({ x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y });
