// Asks a classification network about faces: the twin of webapp/vision/classify.py.
import { cropBox } from "../core/box.js";
import { crop, grey } from "../core/crop.js";
import { upright } from "../core/upright.js";

/** @typedef {Pick<import("../contract.js").Detection, "box" | "landmarks">} Found a face, in pixels of the picture */
/** @typedef {import("../contract.js").Scores} Scores */
/** @typedef {import("../core/crop.js").Pixels} Pixels */

/** Faces per run where every new shape costs a compilation: more go into several runs. */
const LARGEST_BATCH = 8;

/**
 * Make a classifier: `classify(image, faces)` returns the scores of each face in a picture, in their order.
 * @param {import("./engine.js").Network} network
 * @param {boolean} few_shapes fill batches up to 1, 2, 4 or 8 faces
 */
export function createClassifier({ manifest, run }, few_shapes) {
  const { width, height, channels } = manifest.input;

  /**
   * @param {Pixels} image
   * @param {readonly Found[]} faces
   * @returns {Promise<Scores[]>}
   */
  async function runBatch(image, faces) {
    const count = few_shapes ? batchSize(faces.length) : faces.length;
    const input = new Float32Array(count * width * height * channels);
    faces.forEach((face, i) => input.set(networkInput(image, face, manifest), i * width * height * channels));
    const output = await run(input, [count, height, width, channels]);
    return readScores(output, manifest).slice(0, faces.length);
  }

  /**
   * @param {Pixels} image
   * @param {readonly Found[]} faces
   * @returns {Promise<Scores[]>}
   */
  return async function classify(image, faces) {
    const size = few_shapes ? LARGEST_BATCH : Math.max(1, faces.length);
    const batches = Array.from({ length: Math.ceil(faces.length / size) }, (_, i) => faces.slice(i * size, (i + 1) * size));
    return (await Promise.all(batches.map((batch) => runBatch(image, batch)))).flat();
  };
}

/** @param {number} count 1 to 8 */
const batchSize = (count) => 2 ** Math.ceil(Math.log2(count));

/**
 * Cut a face out as its network was taught to see it, upright.
 * @param {Pixels} image
 * @param {Found} face
 * @param {Pick<import("./models.js").Manifest, "input">} manifest
 * @returns {Float32Array} [height, width, channels], scaled
 */
export function networkInput(image, { box, landmarks }, { input: { width, height, color, scale, offset, crop_scale, crop_shift } }) {
  const face = upright(image, box, landmarks, cropBox(box, crop_scale, crop_shift), width);
  const pixels = crop(face.image, face.framed, width, height);
  return (color === "grey" ? grey(pixels) : pixels).map((value) => value * scale + offset);
}

/**
 * Turn network output into calibrated scores.
 * @param {Float32Array} output [faces, labels]
 * @param {Pick<import("./models.js").Manifest, "labels" | "output" | "calibration">} manifest
 * @returns {Scores[]} one per face, each of sum 1
 */
export function readScores(output, { labels, output: kind, calibration }) {
  const rows = Array.from({ length: output.length / labels.length }, (_, i) => [...output.subarray(i * labels.length, (i + 1) * labels.length)]);
  return rows.map((row) => {
    const probabilities = kind === "logits" ? softmax(row, calibration?.temperature ?? 1) : row;
    return Object.fromEntries(labels.map((label, i) => [label, probabilities[i]]));
  });
}

/** @param {number[]} logits @param {number} temperature */
function softmax(logits, temperature) {
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - top) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
