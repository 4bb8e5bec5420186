// Makes a small JPEG of a frame, in any browser that shows one.

/** Faces look the same to the networks from here on; measured, see docs/decisions/0006-looking-on-the-server.md. */
const QUALITY = 0.96;

/** @typedef {ImageBitmap | VideoFrame | HTMLCanvasElement} Drawable */
/** @typedef {{bytes: ArrayBuffer, width: number, height: number, scale: number}} Encoded `scale`: pixels of the frame per pixel of the JPEG */

/** Make an encoder: `encode(frame, side)` fits the frame into `side` pixels and returns it as a JPEG of `quality` (0 to 1). */
export function createEncoder(quality = QUALITY) {
  const offscreen = typeof OffscreenCanvas === "function" && new OffscreenCanvas(1, 1).getContext("2d") !== null;
  const canvas = offscreen ? new OffscreenCanvas(1, 1) : document.createElement("canvas");
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));

  /**
   * @param {Drawable} frame
   * @param {number} side longest, in pixels
   * @returns {Promise<Encoded>}
   */
  return async function encode(frame, side) {
    const [from_width, from_height] = "displayWidth" in frame ? [frame.displayWidth, frame.displayHeight] : [frame.width, frame.height];
    const scale = Math.max(1, Math.max(from_width, from_height) / side);
    const [width, height] = [from_width, from_height].map((length) => Math.max(1, Math.round(length / scale)));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    pen.imageSmoothingQuality = "medium";
    pen.drawImage(frame, 0, 0, width, height);
    const blob = await jpeg(canvas, quality);
    return { bytes: await blob.arrayBuffer(), width: from_width, height: from_height, scale: from_width / width };
  };
}

/** @param {OffscreenCanvas | HTMLCanvasElement} canvas @param {number} quality @returns {Promise<Blob>} */
function jpeg(canvas, quality) {
  if ("convertToBlob" in canvas) return canvas.convertToBlob({ type: "image/jpeg", quality });
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("this browser makes no JPEG of a frame: update it"))), "image/jpeg", quality),
  );
}
