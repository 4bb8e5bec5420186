// Hands photos to the person: as files, as one zip, through the system's share sheet, on paper.
import { downloadZip } from "../lib/photo.js";
import { t } from "../translate.js";
import { make } from "../ui/dom.js";
import { download } from "../ui/snapshot.js";
import { photoName } from "./names.js";

/** @typedef {import("./store.js").Photo} Photo */

/** @param {Photo} photo @returns {File} */
export const photoFile = (photo) => new File([photo.picture], photoName(photo), { type: photo.picture.type });

/** @param {Photo} photo */
export function downloadPhoto(photo) {
  download(photo.picture, photoName(photo));
}

/** @param {Photo} photo */
export function downloadMoment(photo) {
  if (photo.moment) download(photo.moment, photoName(photo, "gif"));
}

/**
 * Pack photos, their moments and, where the person keeps them, their expressions into one zip.
 * @param {readonly Photo[]} photos
 * @returns {Promise<Blob>}
 */
export async function packPhotos(photos) {
  /** @type {Map<string, number>} */
  const taken = new Map();
  const files = photos.flatMap((photo) => {
    const base = photoName(photo, "").slice(0, -1);
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    const name = count === 1 ? base : `${base}-${count}`;
    const lastModified = new Date(photo.time);
    const all = [{ name: `${name}.jpg`, input: photo.picture, lastModified }];
    if (photo.moment) all.push({ name: `${name}.gif`, input: photo.moment, lastModified });
    if (photo.faces) all.push({ name: `${name}.json`, input: new Blob([JSON.stringify(photo.faces, null, 1)]), lastModified });
    return all;
  });
  return downloadZip(files).blob();
}

/** Tell whether this browser has a share sheet that takes pictures. */
export function canShare() {
  const probe = new File([new Uint8Array(1)], "probe.jpg", { type: "image/jpeg" });
  return navigator.canShare?.({ files: [probe] }) ?? false;
}

/**
 * Open the system's share sheet.
 * @param {Photo} photo
 * @returns {Promise<boolean>} false if it failed; giving up is no failure
 */
export async function sharePhoto(photo) {
  try {
    await navigator.share({ files: [photoFile(photo)], title: t("AllSmiles photo") });
    return true;
  } catch (error) {
    return error instanceof DOMException && error.name === "AbortError";
  }
}

/** Print one photo, as large as the paper allows. @param {Photo} photo */
export async function printPhoto(photo) {
  const image = make("img");
  image.alt = "";
  image.src = URL.createObjectURL(photo.picture);
  const sheet = make("div", "print-only", image);
  document.body.append(sheet);
  document.body.classList.add("printing-photo");
  const end = () => {
    document.body.classList.remove("printing-photo");
    sheet.remove();
    URL.revokeObjectURL(image.src);
  };
  await image.decode().catch(() => {});
  addEventListener("afterprint", end, { once: true });
  print();
}
