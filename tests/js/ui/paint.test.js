import assert from "node:assert/strict";
import { test } from "node:test";

const WORDS = { angry: "wütend", surprise: "überrascht" };
/** @type {any} */ (globalThis).document = { documentElement: { lang: "de" }, querySelector: () => ({ textContent: JSON.stringify(WORDS) }) };
const { paintPanel, panelSize } = await import("../../../static/js/ui/paint.js");
delete (/** @type {any} */ (globalThis).document);

/** A canvas on which each letter is seven points wide. */
function canvas() {
  /** @type {{text: string, x: number}[]} */
  const said = [];
  /** @type {{x: number, width: number}[]} */
  const plates = [];
  return {
    said,
    plates,
    measureText: (/** @type {string} */ text) => ({ width: 7 * text.length }),
    fillText: (/** @type {string} */ text, /** @type {number} */ x) => said.push({ text, x }),
    roundRect: (/** @type {number} */ x, /** @type {number} */ _, /** @type {number} */ width) => plates.push({ x, width }),
    beginPath() {},
    fill() {},
    save() {},
    restore() {},
  };
}

test("the bars on the picture have their names in the page's language, and the longest ends before the bars", () => {
  const pen = canvas();
  const context = /** @type {any} */ (pen);
  const at = { x: 100, y: 50, ...panelSize(context, ["angry", "surprise", "calm"]) };

  paintPanel(context, { angry: 0.2, surprise: 0.7, calm: 0.1 }, at);

  assert.deepEqual(pen.said.map(({ text }) => text), ["wütend", "überrascht", "calm"]);
  const bars = pen.plates.slice(1);
  const names_end = Math.max(...pen.said.map(({ text, x }) => x + 7 * text.length));
  assert.equal(bars.every(({ x, width }) => x > names_end && x + width <= at.x + at.width), true);
});
