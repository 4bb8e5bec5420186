// Finds faces in a frame: the twin of webapp/vision/detect.py.
import { decode, suppress } from "./decode.js";
import { createSheet } from "./sheet.js";

/** @typedef {import("../contract.js").Detection} Detection */
/** @typedef {import("./sheet.js").Frame} Frame */

/**
 * Fit a size into a longest side, never enlarging.
 * @param {number} width
 * @param {number} height
 * @param {number} side
 * @returns {{width: number, height: number}} whole pixels
 */
export function fitInto(width, height, side) {
  const shrink = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
}

/**
 * Make a detector: `detect(frame, width, height, side)` fits the frame of that size into `side` pixels and returns the faces,
 * most certain first, in pixels of the frame.
 * @param {import("./engine.js").Network} network
 */
export function createDetector({ manifest, run }) {
  const { scale, offset, border = 0, multiple = 1 } = manifest.input;
  const { strides, score_threshold, iou_threshold } = /** @type {NonNullable<typeof manifest.detection>} */ (manifest.detection);
  const sheet = createSheet();

  /**
   * @param {Frame} frame
   * @param {number} width
   * @param {number} height
   * @param {number} side
   * @returns {Promise<Detection[]>}
   */
  return async function detect(frame, width, height, side) {
    const fitted = fitInto(width, height, side);
    const padded = { width: padTo(fitted.width, multiple), height: padTo(fitted.height, multiple) };
    const columns = padded.width + border;
    const rows = padded.height + border;
    const { data } = sheet.draw(frame, { x: border, y: border, ...fitted }, columns, rows);
    const output = await run(colours(data, scale, offset), [1, rows, columns, 3]);
    const found = suppress(decode(output, padded.width, padded.height, { strides, score_threshold }), iou_threshold);
    return found.map((one) => enlarge(one, width / fitted.width, height / fitted.height));
  };
}

/** @param {number} length @param {number} multiple */
const padTo = (length, multiple) => Math.ceil(length / multiple) * multiple;

/**
 * Drop alpha and scale.
 * @param {Uint8ClampedArray} pixels RGBA
 * @param {number} scale
 * @param {number} offset
 */
function colours(pixels, scale, offset) {
  const result = new Float32Array((pixels.length / 4) * 3);
  for (let i = 0, at = 0; i < pixels.length; i += 4) {
    result[at++] = pixels[i] * scale + offset;
    result[at++] = pixels[i + 1] * scale + offset;
    result[at++] = pixels[i + 2] * scale + offset;
  }
  return result;
}

/**
 * @param {Detection} found
 * @param {number} x
 * @param {number} y
 * @returns {Detection}
 */
function enlarge({ box, landmarks, score }, x, y) {
  return {
    box: { x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y },
    landmarks: landmarks.map(([px, py]) => [px * x, py * y]),
    score,
  };
}
