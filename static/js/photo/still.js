// Takes the picture that a camera shows now, at its full size: as a bitmap, and as a JPEG without metadata.
import { pictureSize } from "../ui/sources/grab.js";

/** @typedef {HTMLVideoElement | HTMLImageElement} Shown */

const QUALITY = 0.92;
/** A camera that does not answer in this time is not waited for. */
const PHOTO_MS = 4000;

/**
 * Take what an element shows now as a JPEG in the picture's own size, upright.
 * @param {Shown} element a video (of a camera or a file) or an image
 * @param {{mirrored?: boolean}} [options]
 * @returns {Promise<Blob>} image/jpeg
 */
export async function grabStill(element, { mirrored = false } = {}) {
  const bitmap = await grabBitmap(element);
  try {
    return await encodePicture(bitmap, { mirrored });
  } finally {
    bitmap.close();
  }
}

/** Take what an element shows now, in full size; close it after use. @param {Shown} element @returns {Promise<ImageBitmap>} */
export function grabBitmap(element) {
  const { width } = pictureSize(element);
  if (!width) throw new Error("there is no picture to take: start the camera first");
  return createImageBitmap(element);
}

/**
 * Encode a picture as JPEG; drawing it anew leaves all metadata behind.
 * @param {ImageBitmap | HTMLCanvasElement} picture
 * @param {{mirrored?: boolean}} [options]
 * @returns {Promise<Blob>} image/jpeg
 */
export async function encodePicture(picture, { mirrored = false } = {}) {
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  const pen = canvas.getContext("2d", { alpha: false });
  if (!pen) throw new Error("no canvas to draw the picture on: close other tabs and try again");
  if (mirrored) pen.setTransform(-1, 0, 0, 1, canvas.width, 0);
  pen.drawImage(picture, 0, 0);
  try {
    return await toJpeg(canvas);
  } finally {
    // Safari counts a canvas against its limit until it has no pixels.
    canvas.width = canvas.height = 0;
  }
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
export const toJpeg = (canvas) =>
  new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large to save: choose a smaller one"))), "image/jpeg", QUALITY),
  );

/**
 * Ask the camera for a photo from its whole sensor, where it has more to give than its video.
 * @param {MediaStream} stream
 * @param {{width: number, height: number}} video the size that the video has
 * @returns {Promise<ImageBitmap | null>} upright; null where the video is as good, or the camera does not answer in time
 */
export async function takePhoto(stream, video) {
  const Capture = /** @type {any} */ (globalThis).ImageCapture;
  const [track] = stream.getVideoTracks();
  if (!Capture || !track || track.readyState !== "live") return null;
  try {
    const capture = new Capture(track);
    const { imageWidth, imageHeight } = await inTime(capture.getPhotoCapabilities());
    if (imageWidth.max * imageHeight.max <= video.width * video.height) return null;
    const photo = await createImageBitmap(await inTime(capture.takePhoto({ imageWidth: imageWidth.max, imageHeight: imageHeight.max })));
    if (photo.width * photo.height > video.width * video.height) return photo;
    // Some cameras promise more than they give.
    photo.close();
    return null;
  } catch {
    // Many cameras promise photos and then fail: the video's own picture is always there.
    return null;
  }
}

/** @template T @param {Promise<T>} promise @returns {Promise<T>} */
function inTime(promise) {
  return new Promise((resolve, reject) => {
    const end = setTimeout(() => reject(new Error("the camera does not answer")), PHOTO_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(end));
  });
}
