// One look at a frame: detect and classify. What is remembered of the frames before is kept by core/memory.js, on the page.
import { createTracker } from "../core/track.js";
import { createClassifier } from "./classify.js";
import { createDetector, fitInto } from "./detect.js";
import { createSheet, frameSize } from "./sheet.js";

/** @typedef {import("../contract.js").Detection} Detection */
/** @typedef {import("../contract.js").Track} Track */
/** @typedef {import("../core/memory.js").Sighting} Sighting */
/** @typedef {import("./engine.js").Network} Network */
/** @typedef {import("./sheet.js").Frame} Frame */
/** @typedef {{face: Network, emotion: Network, gender: Network}} Networks */
/** @typedef {{sightings: Sighting[], width: number, height: number, detect_ms: number, classify_ms: number}} Look */

/** Longest side, in pixels, of the picture that live faces are cut out of. */
const CROP_SIDE = 640;
/** In a crowd each frame classifies this many faces, those first that have waited longest. */
const FACES_A_FRAME = 8;

/** @typedef {ReturnType<typeof createTurns>} Turns */

/** Make what says whose turn it is: `choose(detections, time)` returns those to classify, each face in its turn. */
export function createTurns() {
  const track = createTracker();
  const queue = createQueue(FACES_A_FRAME);
  return {
    /**
     * @param {Detection[]} detections
     * @param {number} time ms
     * @returns {Detection[]}
     */
    choose(detections, time) {
      const boxes = new Set(queue.next(track(detections, time)).map(({ box }) => box));
      return detections.length <= FACES_A_FRAME ? detections : detections.filter(({ box }) => boxes.has(box));
    },
    reset() {
      track.reset();
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
 * Make a pipeline of running networks: `look(frame, time, turns, {side, crop_side})`; without turns all are classified.
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
   * @param {Detection[]} found in pixels of the frame
   * @param {{width: number, height: number}} size of the frame
   * @param {number} side longest of the picture to cut out of
   */
  async function classify(frame, found, size, side) {
    if (found.length === 0) return new Map();
    const fitted = fitInto(size.width, size.height, side);
    const image = sheet.draw(frame, { x: 0, y: 0, ...fitted }, fitted.width, fitted.height);
    const faces = found.map((one) => shrink(one, fitted.width / size.width, fitted.height / size.height));
    const [emotions, genders] = await Promise.all([classifyEmotion(image, faces), classifyGender(image, faces)]);
    return new Map(found.map((one, i) => [one, { emotion: emotions[i], gender: genders[i] }]));
  }

  /**
   * @param {Frame} frame
   * @param {number} time ms
   * @param {Turns | null} turns
   * @param {{side: number, crop_side?: number}} sides the longest for the detector, and for cutting faces out
   * @returns {Promise<Look>}
   */
  return async function look(frame, time, turns, { side, crop_side = Math.max(CROP_SIDE, side) }) {
    const size = frameSize(frame);
    const start = performance.now();
    const found = await detect(frame, size.width, size.height, side);
    const detected = performance.now();
    const looks = await classify(frame, turns ? turns.choose(found, time) : found, size, crop_side);
    const sightings = found.map((one) => ({ ...one, look: looks.get(one) ?? null }));
    return { sightings, ...size, detect_ms: detected - start, classify_ms: performance.now() - detected };
  };
}

/**
 * @param {Detection} detection
 * @param {number} x
 * @param {number} y
 * @returns {Pick<Detection, "box" | "landmarks">}
 */
const shrink = ({ box, landmarks }, x, y) => ({
  box: { x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y },
  landmarks: landmarks.map(([across, down]) => [across * x, down * y]),
});
