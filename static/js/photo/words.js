// What a person reads while a group photo comes about: encouraging, and never pointing at anybody but by place.

/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../contract.js").Person} Person */
/** @typedef {import("../core/capture.js").Capture} Capture */

const NUMBERS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
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
  if (where === "middle") return "in the middle";
  return `on the ${(where === "left") === mirrored ? "right" : "left"}`;
}

/**
 * Say kindly who is missing: "Two of three, someone on the left is still thinking".
 * @param {Group} group
 * @param {boolean} mirrored
 */
export function missingText({ faces, smiling, people }, mirrored) {
  if (faces === 0) return "Step into the picture, it takes itself when everyone smiles";
  if (faces === 1) return smiling ? "Smile detected, hold it" : "Whenever you are ready, smile";
  if (smiling === faces) return `All ${numberWord(faces)} smile, hold it`;
  if (smiling === 0) return `${sentence(numberWord(faces))} of you here. Whenever you are ready, smile`;
  const missing = people.filter((person) => !person.smiling && !person.background);
  const counted = sentence(`${numberWord(smiling)} of ${numberWord(faces)}`);
  if (missing.length === 1) return `${counted}, someone ${placeWord(missing[0], mirrored)} is still thinking`;
  return `${counted}, ${numberWord(missing.length)} are still thinking`;
}

/**
 * Say what the photo mode is doing.
 * @param {Capture} capture
 * @param {Group} group
 * @param {boolean} mirrored
 */
export function photoLine({ state, by_hand, offered, rests_until }, group, mirrored) {
  if (state === "counting") return by_hand ? "Ready or not" : "Smiles detected, keep smiling";
  if (state === "shooting") return "Taking the photo";
  if (state === "showing") return "";
  if (rests_until !== null && group.faces > 0 && group.smiling === group.faces) return "Take a breath, then smile for the next one";
  return offered ? `${missingText(group, mirrored)}. Or is this good enough?` : missingText(group, mirrored);
}

/** Say what is left out. @param {Group} group @returns {string} empty where nobody is */
export function backgroundText({ people }) {
  const count = people.filter(({ background }) => background).length;
  if (count === 0) return "";
  return `${sentence(numberWord(count))} far away ${count === 1 ? "is" : "are"} not waited for`;
}

/** How close the group is, 0 to 1: the mean of all smiles. @param {Group} group */
export function groupProgress({ people }) {
  const counted = people.filter(({ background }) => !background);
  return counted.length === 0 ? 0 : counted.reduce((sum, { progress }) => sum + progress, 0) / counted.length;
}
