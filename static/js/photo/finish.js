// Turns chosen pictures into photos for the gallery: mirrored or not, with frame, words and logo, and a small copy for lists.
import { locale } from "../translate.js";
import { fitUnder } from "../ui/sources/grab.js";
import { composePicture } from "./compose.js";
import { encodePicture } from "./still.js";

/** @typedef {import("../ui/settings.js").Settings} Settings */
/** @typedef {import("./store.js").Photo} Photo */
/** @typedef {import("./compose.js").Finish} Finish */

const SMALL_SIDE = 360;
/** Of a logo that travels to the cameras of a room; it is drawn at most as large. */
const LOGO_SIDE = 400;
/** How many photos make up a sheet. */
export const SHEET = /** @type {const} */ ({ single: 1, strip: 3, grid: 4 });

/**
 * Make something with the frame, words and logo that were chosen.
 * @template T
 * @param {Pick<Settings, "photo_frame" | "photo_title" | "photo_date">} chosen
 * @param {Blob | null} logo
 * @param {number} time ms since 1970
 * @param {(finish: Finish) => Promise<T>} make
 * @returns {Promise<T>}
 */
export async function withFinish(chosen, logo, time, make) {
  const bitmap = logo ? await createImageBitmap(logo).catch(() => null) : null;
  try {
    return await make(finishOf(chosen, bitmap, time));
  } finally {
    bitmap?.close();
  }
}

/**
 * Make a logo small enough to travel.
 * @param {Blob} logo
 * @returns {Promise<Blob | null>} image/png; null where it is no picture that this browser knows
 */
export async function smallLogo(logo) {
  const bitmap = await createImageBitmap(logo).catch(() => null);
  if (!bitmap) return null;
  const { width, height } = fitUnder(bitmap, LOGO_SIDE);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/png" });
}

/**
 * Say how photos are finished, from what was chosen.
 * @param {Pick<Settings, "photo_frame" | "photo_title" | "photo_date">} settings
 * @param {ImageBitmap | null} logo
 * @param {number} time ms since 1970
 * @returns {Finish}
 */
const finishOf = ({ photo_frame, photo_title, photo_date }, logo, time) => ({
  frame: photo_frame,
  title: photo_title.trim(),
  date: photo_date ? new Date(time).toLocaleDateString(locale, { dateStyle: "medium" }) : "",
  logo,
});

/** @param {Finish} finish */
const isPlain = ({ frame, title, date, logo }) => frame === "none" && !title && !date && !logo;

/**
 * Make a photo of one picture.
 * @param {ImageBitmap} bitmap
 * @param {{time: number, mirrored: boolean, finish: Finish}} how
 * @returns {Promise<{photo: Photo, plain: Blob}>} `plain`: the picture without frame and words, for sheets
 */
export async function makePhoto(bitmap, { time, mirrored, finish }) {
  const plain = await encodePicture(bitmap, { mirrored });
  const picture = isPlain(finish) ? plain : await composePicture([plain], finish);
  return { photo: await asPhoto(picture, "photo", time), plain };
}

/**
 * Make one sheet of several pictures.
 * @param {readonly Blob[]} pictures from the first to the last
 * @param {"strip" | "grid" | "collage"} kind
 * @param {{time: number, finish: Finish}} how
 * @returns {Promise<Photo>}
 */
export async function makeSheet(pictures, kind, { time, finish }) {
  const frame = finish.frame === "none" ? "white" : finish.frame;
  const layout = kind === "collage" ? "rows" : kind;
  return asPhoto(await composePicture(pictures, { ...finish, frame, layout }), kind, time);
}

/** Make a small copy of a picture. @param {ImageBitmap} bitmap @param {boolean} mirrored @returns {Promise<Blob>} */
export async function makeSmall(bitmap, mirrored) {
  const { width, height } = fitUnder(bitmap, SMALL_SIDE);
  const small = await createImageBitmap(bitmap, { resizeWidth: width, resizeHeight: height, resizeQuality: "medium" });
  try {
    return await encodePicture(small, { mirrored });
  } finally {
    small.close();
  }
}

/** @param {Blob} picture @param {Photo["kind"]} kind @param {number} time @returns {Promise<Photo>} */
async function asPhoto(picture, kind, time) {
  const bitmap = await createImageBitmap(picture);
  const { width, height } = bitmap;
  const small = await makeSmall(bitmap, false);
  bitmap.close();
  return { id: crypto.randomUUID(), time, picture, small, width, height, kind, moment: null, faces: null };
}
