// Decides what a screen reader says and when: changes that last, and not too often. Pure; time is an argument.
import { describe } from "./words.js";

/** @typedef {import("../contract.js").Face} Face */

/** A change must last this long before it is said. */
const LASTING_MS = 900;
/** Between two sentences at least this much silence. */
const SILENCE_MS = 4000;

/** @returns `announce(faces, time)`: the sentence to say now, or null */
export function createAnnouncer() {
  let said = "";
  let said_at = -Infinity;
  let pending = "";
  let pending_since = 0;

  /**
   * @param {Face[]} faces
   * @param {number} time in ms
   * @returns {string | null}
   */
  return function announce(faces, time) {
    const sentence = describe(faces);
    if (sentence !== pending) {
      pending = sentence;
      pending_since = time;
    }
    const lasts = time - pending_since >= LASTING_MS;
    if (pending === said || !lasts || time - said_at < SILENCE_MS) return null;
    said = pending;
    said_at = time;
    return said;
  };
}
