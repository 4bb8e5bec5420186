// Says where the looking happens: on the picture in two words, and in full for those who ask.
import { t } from "../translate.js";
import { button, part } from "./dom.js";

/** @typedef {import("../core/routing.js").Route} Route */
/** @typedef {"looking" | "connecting" | "busy"} State */

const DEVICE = t("The looking happens on this device; no picture leaves it.");
const SERVER = t("The looking happens on the server: small pictures are sent there and dropped after each look.");

/**
 * Name the place in a few words.
 * @param {Route} route
 * @param {State} state of the server
 */
export function whereText(route, state) {
  if (route === "device") return t("On this device");
  return { looking: t("On the server"), connecting: t("Connecting to the server"), busy: t("The server is busy") }[state];
}

/** Say in full what happens to pictures. @param {Route} route */
export const whereSentence = (route) => (route === "device" ? DEVICE : SERVER);

/**
 * Say why the route changed by itself.
 * @param {Route} route taken now
 * @param {"chosen" | "unable" | "silent" | "slow" | "quick"} why
 * @returns {string | null} null where a person knows, having chosen
 */
export function movedText(route, why) {
  const sent = t("Small pictures are sent there and dropped after each look.");
  if (why === "chosen") return null;
  if (route === "device") return why === "silent" ? t("The server does not answer, so this device looks.") : t("This device looks again. No picture is sent any more.");
  return why === "unable" ? `${t("This browser cannot look by itself, so the server does.")} ${sent}` : `${t("This device is slow just now, so the server looks.")} ${sent}`;
}

/** Make the note on the page. @returns `show(route, state)` */
export function createWhere() {
  const note = button("where");
  const text = part("where-text");

  /** @param {Route} route @param {State} state */
  return function show(route, state) {
    const words = whereText(route, state);
    if (text.textContent !== words) text.textContent = words;
    note.dataset.route = route;
    note.dataset.state = state;
    note.setAttribute("aria-label", `${words}. ${whereSentence(route)}`);
    part("welcome-where").textContent = whereSentence(route);
    part("drop-text").textContent = route === "device" ? t("Drop it: it is looked at here and sent nowhere") : t("Drop it: it is looked at on the server and dropped there");
  };
}
