// Keyboard shortcuts: one table, which also writes the help card.
import { t } from "../translate.js";
import { make } from "./dom.js";

/** @typedef {{key: string, shift?: boolean, keys: string[], text: string, action: string}} Shortcut */

/** @type {readonly Shortcut[]} */
export const SHORTCUTS = [
  { key: " ", keys: [t("Space")], text: t("Pause and resume; take a group photo now, or stop its countdown"), action: "pause" },
  { key: "s", keys: ["S"], text: t("Snapshot with labels"), action: "snapshot" },
  { key: "s", shift: true, keys: [t("Shift"), "S"], text: t("Snapshot of the picture only"), action: "snapshot_plain" },
  { key: "g", keys: ["G"], text: t("Group photo, which takes itself"), action: "photo" },
  { key: "r", keys: ["R"], text: t("Retake the group photo"), action: "retake" },
  { key: "f", keys: ["F"], text: t("Full screen"), action: "full_screen" },
  { key: "m", keys: ["M"], text: t("Mirror"), action: "mirror" },
  { key: "l", keys: ["L"], text: t("Boxes and labels on or off"), action: "overlay" },
  { key: "b", keys: ["B"], text: t("Probability bars on or off"), action: "bars" },
  { key: "o", keys: ["O"], text: t("Open a picture or video"), action: "open" },
  { key: "c", keys: ["C"], text: t("Next camera, or back to the camera"), action: "camera" },
  { key: "t", keys: ["T"], text: t("Light, dark or the system's appearance"), action: "theme" },
  { key: "i", keys: ["I"], text: t("Statistics"), action: "statistics" },
  { key: ",", keys: [","], text: t("Settings"), action: "settings" },
  { key: "?", keys: ["?"], text: t("This card"), action: "help" },
];

/**
 * Find the action a key press asks for. Keys typed into fields, and Space or Enter on a control, stay theirs.
 * @param {{key: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} press
 * @param {{tag: string}} focus the focused element
 * @returns {string | null}
 */
export function findAction(press, focus) {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  if (["TEXTAREA", "SELECT"].includes(focus.tag)) return null;
  if (press.key === " " && ["BUTTON", "A", "INPUT", "SUMMARY"].includes(focus.tag)) return null;
  const key = press.key.toLowerCase();
  const letter = /^[a-z ]$/.test(key);
  const found = SHORTCUTS.find((one) => one.key === key && (!letter || Boolean(one.shift) === press.shiftKey));
  return found?.action ?? null;
}

/**
 * Run actions on key presses.
 * @param {Record<string, () => void>} actions by name
 */
export function listenForShortcuts(actions) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || document.querySelector("dialog.card[open]")) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const action = findAction(event, { tag: target.tagName });
    if (!action || !actions[action]) return;
    event.preventDefault();
    actions[action]();
  });
}

/** Write the help card. @param {HTMLElement} list */
export function writeShortcuts(list) {
  for (const { keys, text } of SHORTCUTS) {
    list.append(make("dt", "", ...keys.map((key) => make("kbd", "", key))), make("dd", "", text));
  }
}
