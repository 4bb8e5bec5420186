// The worker that makes one moving picture and ends: what it held goes with it. moment.js starts it.
import { encodeGif } from "../lib/photo.js";

/** @typedef {{frames: ImageBitmap[], mirrored: boolean, every_ms: number}} Order frames of one size, from the first to the last */

/**
 * Make frames into a GIF that runs forth and back.
 * @param {Order} order
 * @returns {Promise<Blob>}
 */
async function make({ frames, mirrored, every_ms }) {
  const [{ width, height }] = frames;
  const forth = frames.map((frame) => pixels(frame, mirrored));
  const both = [...forth, ...forth.slice(1, -1).reverse().map((data) => data.slice())];
  return encodeGif({ width, height, format: "blob", maxColors: 128, frames: both.map((data) => ({ data, delay: every_ms })) });
}

/** @param {ImageBitmap} frame @param {boolean} mirrored @returns {Uint8ClampedArray<ArrayBuffer>} RGBA */
function pixels(frame, mirrored) {
  const canvas = new OffscreenCanvas(frame.width, frame.height);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  if (mirrored) pen.setTransform(-1, 0, 0, 1, frame.width, 0);
  pen.drawImage(frame, 0, 0);
  return /** @type {Uint8ClampedArray<ArrayBuffer>} */ (pen.getImageData(0, 0, frame.width, frame.height).data);
}

addEventListener("message", async ({ data }) => postMessage(await make(data).catch(() => null)));
