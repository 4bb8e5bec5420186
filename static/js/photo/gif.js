// The worker that makes one moving picture and ends: what it held goes with it. moment.js starts it.
import { GIFEncoder, applyPalette, quantize } from "../lib/photo.js";

/**
 * @typedef {object} Order
 * @property {Uint8ClampedArray<ArrayBuffer>[]} frames RGBA of one size, from the first to the last
 * @property {number} width
 * @property {number} height
 * @property {number} every_ms
 */

const COLORS = 256;
const FORMAT = "rgb565";

/**
 * Make frames into a GIF that runs forth and back, with the same colours throughout.
 * @param {Order} order
 * @returns {Promise<Blob>}
 */
async function make({ frames, width, height, every_ms }) {
  const some = [frames[0], frames[Math.floor(frames.length / 2)], frames[frames.length - 1]];
  const sample = new Uint8ClampedArray(3 * frames[0].length);
  some.forEach((frame, number) => sample.set(frame, number * frame.length));
  const palette = quantize(sample, COLORS, { format: FORMAT });
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const forth = [];
  for (const frame of frames) {
    await others();
    forth.push(applyPalette(frame, palette, FORMAT));
  }
  const gif = GIFEncoder();
  for (const [number, indices] of [...forth, ...forth.slice(1, -1).reverse()].entries()) {
    await others();
    gif.writeFrame(indices, width, height, { delay: every_ms, ...(number === 0 ? { palette } : {}) });
  }
  gif.finish();
  return new Blob([gif.bytes()], { type: "image/gif" });
}

/** Let the worker be ended between two frames: a page that is left waits for it. */
const others = () => new Promise((resolve) => setTimeout(resolve));

addEventListener("message", async ({ data }) => postMessage(await make(data).catch(() => null)));
