// Pictures and videos that are looked at instead of a camera: files, and addresses of this server.
import { t } from "../../translate.js";
import { Trouble } from "../problems.js";

/** @typedef {{kind: "image" | "video", url: string, name: string, release: () => void}} Media */

/**
 * Take a file.
 * @param {File} file
 * @returns {Media}
 * @throws {Trouble} if it is neither a picture nor a video
 */
export function fileMedia(file) {
  const [kind] = file.type.split("/");
  if (kind !== "image" && kind !== "video") throw new Trouble("bad_file", file.name || t("This file"));
  const url = URL.createObjectURL(file);
  return { kind, url, name: file.name || t("the pasted picture"), release: () => URL.revokeObjectURL(url) };
}

/**
 * Resolve an address, refusing other servers.
 * @param {string} address relative or absolute
 * @param {string} page the page's own address
 * @returns {URL}
 * @throws {Trouble} if it lies on another server or is no web address
 */
export function ownAddress(address, page) {
  const url = parsed(address, page);
  if (!url || url.origin !== new URL(page).origin) throw new Trouble("foreign_source", address);
  return url;
}

/** @param {string} address @param {string} page @returns {URL | null} null where it is no address */
function parsed(address, page) {
  try {
    return new URL(address, page);
  } catch {
    return null;
  }
}

/**
 * Take a picture or video of this server by its address.
 * @param {string} address
 * @returns {Promise<Media>}
 * @throws {Trouble} if it lies elsewhere, is missing, or is neither picture nor video
 */
export async function addressMedia(address) {
  const url = ownAddress(address, location.href);
  const answer = await fetch(url, { method: "HEAD" }).catch(() => null);
  const [kind] = (answer?.ok && answer.headers.get("Content-Type")?.split("/")) || [""];
  if (kind !== "image" && kind !== "video") throw new Trouble("bad_source", address);
  return { kind, url: url.href, name: url.pathname.split("/").pop() || address, release: () => {} };
}

/**
 * Show a picture and wait until it can be drawn.
 * @param {HTMLImageElement} image
 * @param {Media} media
 * @throws {Trouble} if the browser cannot read it
 */
export async function showImage(image, media) {
  image.src = media.url;
  await image.decode().catch(() => {
    throw new Trouble("bad_file", media.name);
  });
}

/**
 * Play a video in a loop and wait for its first picture.
 * @param {HTMLVideoElement} video
 * @param {Media} media
 * @throws {Trouble} if the browser cannot play it
 */
export async function playVideo(video, media) {
  video.srcObject = null;
  video.loop = true;
  video.src = media.url;
  await firstPicture(video, media.name);
  await video.play();
}

/**
 * Play a camera's stream and wait for its first picture.
 * @param {HTMLVideoElement} video
 * @param {MediaStream} stream
 */
export async function playStream(video, stream) {
  video.removeAttribute("src");
  video.srcObject = stream;
  await firstPicture(video, t("The camera"));
  await video.play();
}

/** @param {HTMLVideoElement} video @param {string} name @returns {Promise<void>} */
function firstPicture(video, name) {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const settle = (/** @type {() => void} */ end) => () => (done.abort(), end());
    video.addEventListener("loadeddata", settle(resolve), { signal: done.signal });
    video.addEventListener("error", settle(() => reject(new Trouble("bad_file", name))), { signal: done.signal });
  });
}

/** Let go of whatever is shown. @param {HTMLVideoElement} video @param {HTMLImageElement} image */
export function clearMedia(video, image) {
  video.pause();
  video.srcObject = null;
  video.removeAttribute("src");
  video.load();
  image.removeAttribute("src");
}
