// What became of the last message of an alert or a report.
import { formatAgo } from "../format.js";

/** @typedef {import("../../contract.js").MessageInfo} MessageInfo */

/** Since when, in words. @param {number} at seconds since 1970 */
export const ago = (at) => formatAgo(Math.max(0, Date.now() / 1000 - at));

/** Say it in a line. @param {MessageInfo} message @returns {string} */
export function lastOf({ kind, state, error, made_at, sent_at }) {
  const what = { begin: "it began", over: "it is over", test: "a test", report: "a report" }[kind];
  if (state === "sent") return `last message: ${what}, sent ${ago(sent_at ?? made_at)}`;
  if (error) return `last message failed: ${error}${state === "waiting" ? "; it is tried again" : ""}`;
  return `last message: ${what}, on its way`;
}
