// Turns the detector's numbers into faces: the twin of decode and suppress in webapp/vision/detect.py.
import { iou } from "../core/box.js";

/** @typedef {import("../contract.js").Detection} Detection */

/** Numbers per cell: two logits, box, five landmarks. */
const OUTPUTS = 16;
/** More candidates than faces fit into a frame: the rest, least certain, are not compared with each other. */
const CANDIDATES = 1000;

/**
 * Turn network output into detections, most certain first.
 *
 * Cells run row by row over the map of each stride. Per cell: logits of class and objectness, whose probabilities' geometric mean
 * is the score; then, in strides, the box's centre from the cell and the logarithms of its extent, and five landmarks from the
 * cell. Source: libfacedetection's priors, as OpenCV's FaceDetectorYN reads them.
 * @param {Float32Array} cells [cells, 16]
 * @param {number} width of the network's input in pixels, without its border
 * @param {number} height
 * @param {{strides: number[], score_threshold: number}} rules
 * @returns {Detection[]} in pixels of the input
 */
export function decode(cells, width, height, { strides, score_threshold }) {
  // Neither probability can be under the square of the score: most cells are dismissed by one comparison.
  const least = score_threshold ** 2;
  const least_logit = least < 1 ? Math.log(least / (1 - least)) : Infinity;
  /** @type {Detection[]} */
  const found = [];
  let at = 0;
  for (const stride of strides) {
    const rows = Math.floor(height / stride);
    const columns = Math.floor(width / stride);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at += OUTPUTS) {
        if (cells[at] < least_logit || cells[at + 1] < least_logit) continue;
        const score = Math.sqrt(sigmoid(cells[at]) * sigmoid(cells[at + 1]));
        if (score >= score_threshold) found.push(detection(cells, at, column, row, stride, score));
      }
    }
  }
  return found.sort((a, b) => b.score - a.score).slice(0, CANDIDATES);
}

/**
 * Keep of detections that cover each other by more than `threshold` (IoU) only the most certain.
 * @param {Detection[]} detections most certain first
 * @param {number} threshold
 * @returns {Detection[]}
 */
export function suppress(detections, threshold) {
  /** @type {Detection[]} */
  const kept = [];
  for (const one of detections) if (kept.every((other) => iou(one.box, other.box) <= threshold)) kept.push(one);
  return kept;
}

/** @param {number} logit */
const sigmoid = (logit) => 1 / (1 + Math.exp(-logit));

/**
 * @param {Float32Array} cells
 * @param {number} at
 * @param {number} column
 * @param {number} row
 * @param {number} stride
 * @param {number} score
 * @returns {Detection}
 */
function detection(cells, at, column, row, stride, score) {
  const width = Math.exp(cells[at + 4]) * stride;
  const height = Math.exp(cells[at + 5]) * stride;
  const x = (column + cells[at + 2]) * stride;
  const y = (row + cells[at + 3]) * stride;
  /** @type {Detection["landmarks"]} */
  const landmarks = [];
  for (let i = at + 6; i < at + OUTPUTS; i += 2) landmarks.push([(column + cells[i]) * stride, (row + cells[i + 1]) * stride]);
  return { box: { x: x - width / 2, y: y - height / 2, width, height }, landmarks, score };
}
