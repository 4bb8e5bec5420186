// What a person reads while a group photo comes about: encouraging, and never pointing at anybody but by place.
import { t, tn } from "../translate.js";

/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../contract.js").Person} Person */
/** @typedef {import("../core/capture.js").Capture} Capture */

const NUMBERS = [t("none"), t("one"), t("two"), t("three"), t("four"), t("five"), t("six"), t("seven"), t("eight"), t("nine"), t("ten")];
/** @param {number} count */
const numberWord = (count) => NUMBERS[count] ?? String(count);
/** @param {string} text */
const sentence = (text) => text[0].toUpperCase() + text.slice(1);

/**
 * Say where somebody is, as the screen shows it.
 * @param {Person} person
 * @param {boolean} mirrored
 */
export function placeWord({ where }, mirrored) {
  if (where === "middle") return t("in the middle");
  return (where === "left") === mirrored ? t("on the right") : t("on the left");
}

/**
 * Say kindly who is missing: "Two of three, someone on the left is still thinking".
 * @param {Group} group
 * @param {boolean} mirrored
 */
export function missingText({ faces, smiling, people }, mirrored) {
  if (faces === 0) return t("Step into the picture, it takes itself when everyone smiles");
  if (faces === 1) return smiling ? t("Smile detected, hold it") : t("Whenever you are ready, smile");
  if (smiling === faces) return t("All %(faces)s smile, hold it", { faces: numberWord(faces) });
  if (smiling === 0) return t("%(faces)s of you here. Whenever you are ready, smile", { faces: sentence(numberWord(faces)) });
  const missing = people.filter((person) => !person.smiling && !person.background);
  const counted = { smiling: sentence(numberWord(smiling)), faces: numberWord(faces) };
  if (missing.length === 1) return t("%(smiling)s of %(faces)s, someone %(place)s is still thinking", { ...counted, place: placeWord(missing[0], mirrored) });
  return t("%(smiling)s of %(faces)s, %(missing)s are still thinking", { ...counted, missing: numberWord(missing.length) });
}

/**
 * Say what the photo mode is doing.
 * @param {Capture} capture
 * @param {Group} group
 * @param {boolean} mirrored
 */
export function photoLine({ state, by_hand, offered, rests_until }, group, mirrored) {
  if (state === "counting") return by_hand ? t("Ready or not") : t("Smiles detected, keep smiling");
  if (state === "shooting") return t("Taking the photo");
  if (state === "showing") return "";
  if (rests_until !== null && group.faces > 0 && group.smiling === group.faces) return t("Take a breath, then smile for the next one");
  return offered ? `${missingText(group, mirrored)}. ${t("Or is this good enough?")}` : missingText(group, mirrored);
}

/** Say what is left out. @param {Group} group @returns {string} empty where nobody is */
export function backgroundText({ people }) {
  const count = people.filter(({ background }) => background).length;
  if (count === 0) return "";
  return tn("One far away is not waited for", "%(number)s far away are not waited for", count, { number: sentence(numberWord(count)) });
}

/** How close the group is, 0 to 1: the mean of all smiles. @param {Group} group */
export function groupProgress({ people }) {
  const counted = people.filter(({ background }) => !background);
  return counted.length === 0 ? 0 : counted.reduce((sum, { progress }) => sum + progress, 0) / counted.length;
}
