// Asks a classification network about faces: the twin of webapp/vision/classify.py.
import { cropBox } from "../core/box.js";
import { crop, grey } from "../core/crop.js";

/** @typedef {import("../contract.js").Box} Box */
/** @typedef {import("../contract.js").Scores} Scores */
/** @typedef {import("../core/crop.js").Pixels} Pixels */

/** Faces per run where every new shape costs a compilation: more go into several runs. */
const LARGEST_BATCH = 8;

/**
 * Make a classifier: `classify(image, boxes)` returns the scores of each face in a picture, in the order of `boxes`.
 * @param {import("./engine.js").Network} network
 * @param {boolean} few_shapes fill batches up to 1, 2, 4 or 8 faces
 */
export function createClassifier({ manifest, run }, few_shapes) {
  const { width, height, channels } = manifest.input;

  /**
   * @param {Pixels} image
   * @param {readonly Box[]} boxes
   * @returns {Promise<Scores[]>}
   */
  async function runBatch(image, boxes) {
    const count = few_shapes ? batchSize(boxes.length) : boxes.length;
    const input = new Float32Array(count * width * height * channels);
    boxes.forEach((box, i) => input.set(networkInput(image, box, manifest), i * width * height * channels));
    const output = await run(input, [count, height, width, channels]);
    return readScores(output, manifest).slice(0, boxes.length);
  }

  /**
   * @param {Pixels} image
   * @param {readonly Box[]} boxes
   * @returns {Promise<Scores[]>}
   */
  return async function classify(image, boxes) {
    const size = few_shapes ? LARGEST_BATCH : Math.max(1, boxes.length);
    const batches = Array.from({ length: Math.ceil(boxes.length / size) }, (_, i) => boxes.slice(i * size, (i + 1) * size));
    return (await Promise.all(batches.map((batch) => runBatch(image, batch)))).flat();
  };
}

/** @param {number} count 1 to 8 */
const batchSize = (count) => 2 ** Math.ceil(Math.log2(count));

/**
 * Cut a face out as its network was taught to see it.
 * @param {Pixels} image
 * @param {Box} box of the face
 * @param {Pick<import("./models.js").Manifest, "input">} manifest
 * @returns {Float32Array} [height, width, channels], scaled
 */
export function networkInput(image, box, { input: { width, height, color, scale, offset, crop_scale, crop_shift } }) {
  const pixels = crop(image, cropBox(box, crop_scale, crop_shift), width, height);
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
