// The words a person reads about faces: the same in the overlay, the list and for a screen reader.

/** @typedef {import("../contract.js").Face} Face */
/** @typedef {import("../contract.js").Group} Group */

/** @type {Record<string, string>} */
const GENDER_WORDS = { female: "woman", male: "man" };

/**
 * Write a probability as whole percent, never claiming certainty: 0.996 is "99 %". The space does not break.
 * @param {number} probability 0 to 1
 */
export const percent = (probability) =>
  `${probability >= 1 ? 100 : Math.min(99, Math.max(0, Math.round(probability * 100)))}\u00a0%`;

/** Name a face's expression, or say that the network is unsure. @param {Face} face */
export const expressionWord = (face) => (face.sure ? face.emotion : "unsure");

/** Write "happy 93 %" or "unsure". @param {Face} face */
export const expressionText = (face) =>
  face.sure ? `${face.emotion} ${percent(face.scores[face.emotion] ?? 0)}` : "unsure";

/** Write the perceived gender, always under that name. @param {Face} face */
export const genderText = (face) => `perceived gender: ${GENDER_WORDS[face.gender] ?? "unknown"}`;

/** @param {number} count */
const faceCount = (count) => `${count} ${count === 1 ? "face" : "faces"}`;

/** Say what is seen in one sentence for a screen reader. @param {Face[]} faces */
export function describe(faces) {
  if (faces.length === 0) return "Nobody in the picture";
  const each = [...faces].sort((a, b) => a.id - b.id).map((face) => `face ${face.id} ${expressionWord(face)}`);
  const named = each.length > 4 ? [...each.slice(0, 4), `and ${each.length - 4} more`] : each;
  return `${faceCount(faces.length)}: ${named.join(", ")}`;
}

/** Say how many of a group smile. @param {Group} group */
export function groupText(group) {
  if (group.faces === 0) return "None yet";
  return `${faceCount(group.faces)}, ${group.smiling} smiling`;
}

/**
 * Say kindly that nobody is there.
 * @param {"camera" | "image" | "video"} source
 */
export const nobodyText = (source) =>
  source === "camera"
    ? "Nobody here yet. Step into the picture and say hello."
    : source === "image"
      ? "No face found in this picture. Try one where faces are larger."
      : "Nobody in this video yet.";
