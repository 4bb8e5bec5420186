// What became of the last message of an alert or a report.
import { t } from "../../translate.js";
import { formatAgo } from "../format.js";

/** @typedef {import("../../contract.js").MessageInfo} MessageInfo */

/** Since when, in words. @param {number} at seconds since 1970 */
export const ago = (at) => formatAgo(Math.max(0, Date.now() / 1000 - at));

/** Say it in a line. @param {MessageInfo} message @returns {string} */
export function lastOf({ kind, state, error, made_at, sent_at }) {
  /** @type {Record<MessageInfo["kind"], string>} */
  const words = { begin: t("it began"), over: t("it is over"), test: t("a test"), report: t("a report") };
  const what = words[kind];
  if (state === "sent") return t("last message: %(what)s, sent %(ago)s", { what, ago: ago(sent_at ?? made_at) });
  if (error && state === "waiting") return t("last message failed: %(error)s; it is tried again", { error });
  if (error) return t("last message failed: %(error)s", { error });
  return t("last message: %(what)s, on its way", { what });
}
