// The second before the smile: a few small pictures in memory, the oldest given up for the newest, made into a GIF with the photo.
import { encodeGif } from "../lib/photo.js";
import { fitUnder, pictureSize } from "../ui/sources/grab.js";

const FRAMES = 16;
const EVERY_MS = 100;
const SIDE = 400;

/** @returns `watch(video, time)` on every animation frame, `make(mirrored)` for the GIF, `forget()` */
export function createMoment() {
  /** @type {ImageBitmap[]} */
  let frames = [];
  let last = -Infinity;
  let busy = false;

  /** Take a small picture now and then. @param {HTMLVideoElement} video @param {number} time in ms */
  async function watch(video, time) {
    if (busy || time - last < EVERY_MS || video.readyState < 2) return;
    last = time;
    busy = true;
    const { width, height } = fitUnder(pictureSize(video), SIDE);
    const bitmap = await createImageBitmap(video, { resizeWidth: width, resizeHeight: height, resizeQuality: "low" }).catch(() => null);
    busy = false;
    if (bitmap) frames.push(bitmap);
    while (frames.length > FRAMES) frames.shift()?.close();
  }

  function forget() {
    frames.forEach((frame) => frame.close());
    frames = [];
  }

  /**
   * Make what was kept into a GIF that runs forth and back, and forget it.
   * @param {boolean} mirrored
   * @returns {Promise<Blob | null>} null where there is nothing to show
   */
  async function make(mirrored) {
    const taken = frames;
    frames = [];
    try {
      if (taken.length < 3) return null;
      const { width, height } = taken[taken.length - 1];
      const forth = taken.filter((frame) => frame.width === width && frame.height === height).map((frame) => pixels(frame, mirrored));
      const both = [...forth, ...forth.slice(1, -1).reverse().map((data) => data.slice())];
      const workerUrl = new URL("../lib/gif_worker.js", import.meta.url).href;
      return await encodeGif({ width, height, workerUrl, format: "blob", maxColors: 128, frames: both.map((data) => ({ data, delay: EVERY_MS })) });
    } finally {
      taken.forEach((frame) => frame.close());
    }
  }

  return { watch, make, forget };
}

/** @param {ImageBitmap} frame @param {boolean} mirrored @returns {Uint8ClampedArray<ArrayBuffer>} RGBA */
function pixels(frame, mirrored) {
  const canvas = new OffscreenCanvas(frame.width, frame.height);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  if (mirrored) pen.setTransform(-1, 0, 0, 1, frame.width, 0);
  pen.drawImage(frame, 0, 0);
  return /** @type {Uint8ClampedArray<ArrayBuffer>} */ (pen.getImageData(0, 0, frame.width, frame.height).data);
}
