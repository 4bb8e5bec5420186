// Sends one photo to the server because a person chose so, and takes it back.
import { language, t } from "../translate.js";

/** @typedef {import("../contract.js").SharedPhoto} SharedPhoto */
/** @typedef {import("../contract.js").OpenedEvent} OpenedEvent */

/** @param {string} path @param {RequestInit} how @returns {Promise<any>} @throws {Error} whose text is for people */
async function ask(path, how) {
  const answer = await fetch(`/api/v1${path}`, { ...how, headers: { "Accept-Language": language, ...how.headers } }).catch(() => {
    throw new Error(t("The server does not answer. The photo is still on this device: check the network and try again."));
  });
  const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
  if (!answer.ok) throw new Error(told?.detail ?? t("The server answers %(status)s. The photo is still on this device.", { status: String(answer.status) }));
  return told;
}

/**
 * Put a photo on the server under a link that nobody can guess.
 * @param {Blob} blob JPEG, PNG or WebP
 * @param {{event?: string}} [where]
 * @returns {Promise<SharedPhoto>}
 */
export const share = (blob, { event = "" } = {}) =>
  ask(`/photos${event ? `?event=${encodeURIComponent(event)}` : ""}`, { method: "POST", body: blob, headers: { "Content-Type": blob.type } });

/** Remove a shared photo from the server. @param {string} url of its page @param {string} delete_key */
export const unshare = (url, delete_key) =>
  ask(`/photos/${encodeURIComponent(new URL(url, location.href).pathname.split("/").at(-1) ?? "")}`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${delete_key}` },
  });

/** Begin an event. @param {{name: string, slideshow: boolean}} wish @returns {Promise<OpenedEvent>} */
export const openEvent = (wish) => ask("/events", { method: "POST", body: JSON.stringify(wish), headers: { "Content-Type": "application/json" } });

/** Ask for a slideshow's photos. @param {string} screen @returns {Promise<import("../contract.js").SlideshowPhotos>} */
export const slideshowPhotos = (screen) => ask(`/slideshows/${encodeURIComponent(screen)}`, { cache: "no-store" });
