// The words a person reads about faces: the same in the overlay, the list and for a screen reader.
import { t, tn } from "../translate.js";

/** @typedef {import("../contract.js").Face} Face */
/** @typedef {import("../contract.js").Group} Group */

/** @type {Record<string, string>} */
const GENDERS = { female: t("woman"), male: t("man") };
/** @type {Record<string, string>} */
const EXPRESSIONS = {
  angry: t("angry"),
  disgust: t("disgust"),
  fear: t("fear"),
  happy: t("happy"),
  neutral: t("neutral"),
  sad: t("sad"),
  surprise: t("surprise"),
};

/** Name an expression; a label of another network is its own name. @param {string} label */
export const expressionName = (label) => EXPRESSIONS[label] ?? label;
/** Name a perceived gender. @param {string} label */
export const genderName = (label) => GENDERS[label] ?? t("unknown");

/**
 * Write a probability as whole percent, never claiming certainty: 0.996 is "99 %". The space does not break.
 * @param {number} probability 0 to 1
 */
export const percent = (probability) =>
  `${probability >= 1 ? 100 : Math.min(99, Math.max(0, Math.round(probability * 100)))}\u00a0%`;

/** Name a face's expression, or say that the network is unsure. @param {Face} face */
export const expressionWord = (face) => (face.sure ? expressionName(face.emotion) : t("unsure"));

/** Write "happy 93 %" or "unsure". @param {Face} face */
export const expressionText = (face) =>
  face.sure ? `${expressionName(face.emotion)} ${percent(face.scores[face.emotion] ?? 0)}` : t("unsure");

/** Write the perceived gender, always under that name. @param {Face} face */
export const genderText = (face) => t("perceived gender: %(gender)s", { gender: genderName(face.gender) });

/** @param {number} count */
const faceCount = (count) => tn("%(count)s face", "%(count)s faces", count);

/** Say what is seen in one sentence for a screen reader. @param {Face[]} faces */
export function describe(faces) {
  if (faces.length === 0) return t("Nobody in the picture");
  const each = [...faces].sort((a, b) => a.id - b.id).map((face) => t("face %(number)s %(expression)s", { number: String(face.id), expression: expressionWord(face) }));
  const named = each.length > 4 ? [...each.slice(0, 4), t("and %(count)s more", { count: each.length - 4 })] : each;
  return `${faceCount(faces.length)}: ${named.join(", ")}`;
}

/** Say how many of a group smile. @param {Group} group */
export function groupText(group) {
  if (group.faces === 0) return t("None yet");
  return t("%(faces)s, %(smiling)s smiling", { faces: faceCount(group.faces), smiling: group.smiling });
}

/**
 * Say kindly that nobody is there.
 * @param {"camera" | "image" | "video"} source
 */
export const nobodyText = (source) =>
  source === "camera"
    ? t("Nobody here yet. Step into the picture and say hello.")
    : source === "image"
      ? t("No face found in this picture. Try one where faces are larger.")
      : t("Nobody in this video yet.");
