// One calm colour per expression for the overlay: light enough for dark pictures; a dark rim carries them over light ones.

/** @typedef {import("../contract.js").Face} Face */

/** @type {Record<string, string>} */
const TONES = {
  happy: "#ffc145",
  surprise: "#6ec5ff",
  neutral: "#c9d1e4",
  sad: "#8ea6ff",
  fear: "#bda3ff",
  angry: "#ff8a7c",
  disgust: "#85cf92",
};
export const UNSURE_TONE = "#f5f3ee";

/** @param {string} label an expression; unknown ones get the neutral colour */
export const labelTone = (label) => TONES[label] ?? TONES.neutral;

/** @param {Face} face */
export const faceTone = (face) => (face.sure ? labelTone(face.emotion) : UNSURE_TONE);
