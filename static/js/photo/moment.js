// The second before the smile: a few small pictures, the oldest given up for the newest, kept with the photo until a GIF is made of them.
import { fitUnder, pictureSize } from "../ui/sources/grab.js";

/** @typedef {import("./store.js").Photo} Photo */
/** @typedef {Pick<Awaited<ReturnType<typeof import("./store.js").openStore>>, "list" | "note">} Store */

const FRAMES = 16;
const EVERY_MS = 100;
const SIDE = 400;
/** Fewer pictures than this do not move. */
const FEWEST = 3;
const QUALITY = 0.92;

/** @returns `watch(video, time)` on every animation frame, `take(mirrored)` for the pictures so far, `forget()` */
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
   * Hand over what was kept, as JPEGs of one size, and forget it.
   * @param {boolean} mirrored
   * @returns {Promise<Blob[]>} none where there is nothing to show
   */
  async function take(mirrored) {
    const taken = frames;
    frames = [];
    const { width, height } = taken[taken.length - 1] ?? { width: 0, height: 0 };
    const fit = taken.filter((frame) => frame.width === width && frame.height === height);
    try {
      return fit.length < FEWEST ? [] : await pictures(fit, mirrored);
    } finally {
      taken.forEach((frame) => frame.close());
    }
  }

  return { watch, take, forget };
}

/**
 * Make the GIF of a photo that was kept with its pictures, unless another tab does it.
 * @param {Store} store
 * @param {Photo} photo
 * @returns {Promise<void>} when it is noted with the photo, which has no such pictures left then
 */
export async function animate(store, photo) {
  const { frames } = photo;
  if (!frames?.length) return;
  const make = async () => {
    const made = await encoded(frames).catch(() => null);
    // What failed is tried again on the next visit.
    if (made) await store.note(photo, { moment: made, frames: null });
  };
  if (!navigator.locks) return make();
  await navigator.locks.request(`allsmiles-moment-${photo.id}`, { ifAvailable: true }, async (lock) => {
    if (lock) await make();
  });
}

/** Make the GIFs of photos whose page was left before theirs was ready, one after the other. @param {Store} store */
export async function animateRest(store) {
  for (const photo of await store.list()) await animate(store, photo);
}

/**
 * @param {ImageBitmap[]} bitmaps of one size
 * @param {boolean} mirrored
 * @returns {Promise<Blob[]>}
 */
async function pictures(bitmaps, mirrored) {
  const { canvas, pen } = sheet(bitmaps[0]);
  if (mirrored) pen.setTransform(-1, 0, 0, 1, canvas.width, 0);
  const blobs = [];
  for (const bitmap of bitmaps) {
    pen.drawImage(bitmap, 0, 0);
    const blob = await /** @type {Promise<Blob | null>} */ (new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY)));
    if (blob) blobs.push(blob);
  }
  return blobs;
}

/**
 * Let a worker of its own do it, which is ended then: kept ones would hold some five megabytes for every photo.
 * @param {Blob[]} blobs pictures of one size
 * @returns {Promise<Blob | null>}
 */
async function encoded(blobs) {
  const { frames, width, height } = await pixels(blobs);
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
 * @param {Blob[]} blobs pictures of one size
 * @returns {Promise<{frames: Uint8ClampedArray<ArrayBuffer>[], width: number, height: number}>} RGBA
 */
async function pixels(blobs) {
  /** @type {ReturnType<typeof sheet> | null} */
  let drawn = null;
  const frames = [];
  for (const blob of blobs) {
    const bitmap = await createImageBitmap(blob);
    drawn ??= sheet(bitmap);
    drawn.pen.drawImage(bitmap, 0, 0);
    bitmap.close();
    frames.push(/** @type {Uint8ClampedArray<ArrayBuffer>} */ (drawn.pen.getImageData(0, 0, drawn.canvas.width, drawn.canvas.height).data));
    // The video plays on meanwhile.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { frames, width: drawn?.canvas.width ?? 0, height: drawn?.canvas.height ?? 0 };
}

/** @param {{width: number, height: number}} size */
function sheet({ width, height }) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  return { canvas, pen: /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true })) };
}
