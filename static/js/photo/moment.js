// The second before the smile: a few small pictures in memory, the oldest given up for the newest, made into a GIF with the photo.
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
    const { width, height } = taken[taken.length - 1] ?? { width: 0, height: 0 };
    const fit = taken.filter((frame) => frame.width === width && frame.height === height);
    try {
      return fit.length < 3 ? null : await encoded(fit, mirrored);
    } finally {
      taken.forEach((frame) => frame.close());
    }
  }

  return { watch, make, forget };
}

/**
 * Let a worker of its own do it, which is ended then: kept ones would hold some five megabytes for every photo.
 * @param {ImageBitmap[]} bitmaps of one size
 * @param {boolean} mirrored
 * @returns {Promise<Blob | null>}
 */
async function encoded(bitmaps, mirrored) {
  const [{ width, height }] = bitmaps;
  const frames = await pixels(bitmaps, mirrored);
  const worker = new Worker(new URL("./gif.js", import.meta.url), { type: "module", name: "allsmiles-gif" });
  try {
    return await new Promise((resolve) => {
      worker.addEventListener("message", ({ data }) => resolve(data));
      worker.addEventListener("error", () => resolve(null));
      worker.postMessage({ frames, width, height, every_ms: EVERY_MS }, frames.map((frame) => frame.buffer));
    });
  } finally {
    worker.terminate();
  }
}

/**
 * Read the pixels here, one frame after the other: Chromium crashes where a page is left whose worker draws bitmaps that it was given.
 * @param {ImageBitmap[]} bitmaps of one size
 * @param {boolean} mirrored
 * @returns {Promise<Uint8ClampedArray<ArrayBuffer>[]>} RGBA
 */
async function pixels(bitmaps, mirrored) {
  const [{ width, height }] = bitmaps;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  if (mirrored) pen.setTransform(-1, 0, 0, 1, width, 0);
  const read = [];
  for (const bitmap of bitmaps) {
    pen.drawImage(bitmap, 0, 0);
    read.push(/** @type {Uint8ClampedArray<ArrayBuffer>} */ (pen.getImageData(0, 0, width, height).data));
    // The video plays on meanwhile.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return read;
}
