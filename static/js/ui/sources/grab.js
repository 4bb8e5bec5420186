// Takes frames from what is shown, no larger than the networks can use, and tells when a new one is there.

/** @typedef {ImageBitmap | (HTMLCanvasElement & {close: () => void})} Grab a canvas where the browser makes no bitmaps */
/** @typedef {{frame: Grab, scale: number}} Grabbed `scale` is pixels of the picture per pixel of the frame */

/**
 * Tell the size of a picture in its own pixels.
 * @param {HTMLVideoElement | HTMLImageElement} element
 */
export const pictureSize = (element) =>
  element instanceof HTMLVideoElement
    ? { width: element.videoWidth, height: element.videoHeight }
    : { width: element.naturalWidth, height: element.naturalHeight };

/**
 * Fit a size under a longest side, never enlarging.
 * @param {{width: number, height: number}} size
 * @param {number} longest
 */
export function fitUnder({ width, height }, longest) {
  const scale = Math.max(1, Math.max(width, height) / longest);
  return { width: Math.max(1, Math.round(width / scale)), height: Math.max(1, Math.round(height / scale)), scale };
}

/**
 * Take the picture that is shown now.
 * @param {HTMLVideoElement | HTMLImageElement} element
 * @param {number} longest side of the frame in pixels
 * @returns {Promise<Grabbed>}
 */
export async function grab(element, longest) {
  const { width, height, scale } = fitUnder(pictureSize(element), longest);
  if (typeof createImageBitmap !== "function") return { frame: drawn(element, width, height), scale };
  const resize = /** @type {ImageBitmapOptions} */ ({ resizeWidth: width, resizeHeight: height, resizeQuality: "medium" });
  return { frame: await createImageBitmap(element, scale > 1 ? resize : {}), scale };
}

/** @param {HTMLVideoElement | HTMLImageElement} element @param {number} width @param {number} height @returns {Grab} */
function drawn(element, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height, close: () => {} });
  canvas.getContext("2d")?.drawImage(element, 0, 0, width, height);
  return canvas;
}

/**
 * Wait for a picture of the video that was not there before.
 * @param {HTMLVideoElement} video
 * @returns {Promise<void>}
 */
export const nextPicture = (video) =>
  new Promise((resolve) => {
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(() => resolve());
    else requestAnimationFrame(() => resolve());
  });
