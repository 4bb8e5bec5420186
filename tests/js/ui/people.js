// Faces for the tests of what a person sees.

/** @typedef {import("../../../static/js/contract.js").Face} Face */

/** @param {number} id @param {Partial<Face>} [known] @returns {Face} */
export const face = (id, known = {}) => ({
  id,
  box: { x: 0, y: 0, width: 100, height: 120 },
  landmarks: [[30, 40], [70, 40], [50, 60], [35, 85], [65, 85]],
  score: 0.9,
  emotion: "neutral",
  sure: true,
  scores: { happy: 0.1, neutral: 0.9 },
  smile: 0.1,
  gender: "unknown",
  gender_scores: { female: 0.5, male: 0.5 },
  ...known,
});
