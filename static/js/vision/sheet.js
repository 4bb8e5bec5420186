// A canvas that frames are drawn on to get at their pixels.

/** @typedef {ImageBitmap | VideoFrame} Frame */

/**
 * Tell the size of a frame as it is shown.
 * @param {Frame} frame
 * @returns {{width: number, height: number}} pixels
 */
export const frameSize = (frame) =>
  "displayWidth" in frame ? { width: frame.displayWidth, height: frame.displayHeight } : { width: frame.width, height: frame.height };

/**
 * Fail where a worker has no canvas.
 * @throws {Error} named "UnsupportedBrowser"
 */
export function requireCanvas() {
  if (typeof OffscreenCanvas === "function" && new OffscreenCanvas(1, 1).getContext("2d")) return;
  throw Object.assign(new Error("this browser has no canvas for workers: update it to the current version"), { name: "UnsupportedBrowser" });
}

/**
 * Make a sheet: `draw(frame, place, width, height)` draws the whole frame at `place` of an else black picture of that size and
 * returns its pixels.
 */
export function createSheet() {
  const canvas = new OffscreenCanvas(1, 1);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true, alpha: false }));
  let drawn = "";

  return {
    /**
     * @param {Frame} frame
     * @param {{x: number, y: number, width: number, height: number}} place
     * @param {number} width
     * @param {number} height
     * @returns {ImageData}
     */
    draw(frame, place, width, height) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      const layout = [place.x, place.y, place.width, place.height, width, height].join();
      if (layout !== drawn) pen.fillRect(0, 0, width, height);
      drawn = layout;
      pen.drawImage(frame, place.x, place.y, place.width, place.height);
      return pen.getImageData(0, 0, width, height);
    },
  };
}
