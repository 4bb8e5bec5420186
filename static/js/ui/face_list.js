// The list of faces: what the overlay shows, as text. One card per face, in the order of their numbers.
import { t } from "../translate.js";
import { make } from "./dom.js";
import { expressionName, expressionText, genderText, percent } from "./words.js";

/** @typedef {import("../contract.js").Face} Face */
/** @typedef {{item: HTMLLIElement, update: (face: Face) => void}} Card */

/** Numbers that change more often than this cannot be read. */
const EVERY_MS = 200;

/** @param {Face} first @returns {Card} */
function createCard(first) {
  const title = make("p", "face-title");
  const gender = make("p", "face-gender");
  const number = make("span", "face-number", make("span", "for-readers", `${t("Face")} `), String(first.id));
  const bars = make("dl", "bars");
  /** @type {Map<string, {name: HTMLElement, fill: HTMLElement, value: HTMLElement}>} */
  const rows = new Map();
  for (const label of Object.keys(first.scores)) {
    const name = make("dt", "", expressionName(label));
    const fill = make("i", `tone-${label}`);
    const value = make("b");
    const bar = make("span", "bar", fill);
    bar.setAttribute("aria-hidden", "true");
    bars.append(name, make("dd", "", bar, value));
    rows.set(label, { name, fill, value });
  }
  const item = make("li", "face-card", make("div", "face-head", number, make("div", "", title, gender)), bars);

  /** @param {Face} face */
  function update(face) {
    item.className = `face-card tone-${face.sure ? face.emotion : "unsure"}`;
    title.textContent = expressionText(face);
    gender.textContent = genderText(face);
    for (const [label, { name, fill, value }] of rows) {
      const probability = face.scores[label] ?? 0;
      name.className = face.sure && label === face.emotion ? "top-label" : "";
      fill.style.transform = `scaleX(${probability.toFixed(3)})`;
      value.textContent = percent(probability);
    }
  }
  return { item, update };
}

/**
 * Keep a list element in step with the faces.
 * @param {HTMLElement} list
 */
export function createFaceList(list) {
  /** @type {Map<number, Card>} */
  const cards = new Map();
  let last = -Infinity;

  /**
   * Show these faces. New and gone faces show at once, numbers a few times a second.
   * @param {readonly Face[]} faces
   * @param {number} time in ms
   */
  return function show(faces, time) {
    const ids = new Set(faces.map(({ id }) => id));
    const same = ids.size === cards.size && [...ids].every((id) => cards.has(id));
    if (same && time - last < EVERY_MS) return;
    last = time;

    for (const [id, { item }] of cards) {
      if (ids.has(id)) continue;
      item.remove();
      cards.delete(id);
    }
    for (const face of [...faces].sort((a, b) => a.id - b.id)) {
      const card = cards.get(face.id) ?? createCard(face);
      card.update(face);
      if (!cards.has(face.id)) {
        cards.set(face.id, card);
        list.append(card.item);
      }
    }
  };
}
