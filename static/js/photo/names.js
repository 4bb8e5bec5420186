// Names of the files that photos are saved as.

/** @typedef {import("./store.js").Photo} Photo */

/** @param {number} value */
const two = (value) => String(value).padStart(2, "0");

/**
 * Name a photo by its kind and moment: allsmiles-photo-2026-11-23-18-05-09.jpg.
 * @param {Pick<Photo, "time" | "kind">} photo
 * @param {string} [ending]
 */
export function photoName({ time, kind }, ending = "jpg") {
  const moment = new Date(time);
  const parts = [moment.getMonth() + 1, moment.getDate(), moment.getHours(), moment.getMinutes(), moment.getSeconds()];
  return `allsmiles-${kind}-${moment.getFullYear()}-${parts.map(two).join("-")}.${ending}`;
}
