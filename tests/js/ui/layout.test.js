import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { keepInside, layOut } from "../../../static/js/ui/layout.js";

const STAGE = { width: 800, height: 600 };
const LABELS = { full: { width: 210, height: 46 }, words: { width: 160, height: 46 }, short: { width: 110, height: 30 } };
const PANEL = { width: 130, height: 114 };

/** @typedef {import("../../../static/js/ui/layout.js").Wanted} Wanted */
/** @typedef {Wanted["face"]} Box */

/** @param {number} id @param {Box} box @returns {Wanted} */
const wanted = (id, box) => ({ id, face: box, labels: LABELS, beside_panel: "words", panel: PANEL });

const box = fc.record({
  x: fc.integer({ min: -100, max: 780 }),
  y: fc.integer({ min: -100, max: 580 }),
  width: fc.integer({ min: 10, max: 400 }),
  height: fc.integer({ min: 10, max: 400 }),
});

/** @param {Box} inner */
const inside = ({ x, y, width, height }) => x >= 0 && y >= 0 && x + width <= STAGE.width && y + height <= STAGE.height;

/** @param {Box} a @param {Box} b */
const apart = (a, b) => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

test("labels and bars never leave the stage, wherever faces are", () => {
  fc.assert(
    fc.property(fc.array(box, { minLength: 1, maxLength: 6 }), (boxes) => {
      const placed = layOut(boxes.map((one, index) => wanted(index + 1, one)), STAGE, new Map());

      assert.equal(placed.length, boxes.length);
      for (const { label, panel } of placed) {
        assert.ok(inside(label));
        assert.ok(panel === null || inside(panel));
      }
    }),
  );
});

test("a lonely face has its label above and its bars beside it", () => {
  const at = { x: 300, y: 200, width: 150, height: 180 };

  const [{ label, panel }] = layOut([wanted(1, at)], STAGE, new Map());

  assert.ok(label.y + label.height < at.y);
  assert.ok(panel && apart(panel, at) && apart(panel, label));
});

test("the bars stand in the label where they would hide the face", () => {
  const small = { width: 220, height: 190 };

  const [{ panel, label }] = layOut([wanted(1, { x: 30, y: 30, width: 160, height: 140 })], small, new Map());

  assert.equal(panel, null);
  assert.equal(label.width, LABELS.full.width);
});

test("on a phone no label lies on another face or label, and none is left out", () => {
  const phone = { width: 390, height: 460 };
  const row = [
    { x: 60, y: 284, width: 48, height: 60 },
    { x: 182, y: 260, width: 50, height: 64 },
    { x: 300, y: 272, width: 46, height: 58 },
  ];

  const placed = layOut(row.map((one, index) => ({ ...wanted(index + 1, one), panel: null })), phone, new Map());

  for (const { id, label } of placed) {
    for (const [index, face] of row.entries()) assert.ok(index + 1 === id || apart(label, face), `label ${id} on face ${index + 1}`);
    for (const other of placed) assert.ok(other.id === id || apart(label, other.label), `label ${id} on label ${other.id}`);
  }
});

test("in a dense row faces have short labels rather than hidden neighbours", () => {
  const row = [0, 1, 2, 3, 4].map((index) => ({ x: 10 + index * 74, y: 90, width: 55, height: 66 }));

  const placed = layOut(row.map((one, index) => ({ ...wanted(index + 1, one), panel: null })), { width: 390, height: 240 }, new Map());

  assert.ok(placed.some(({ name }) => name === "short"));
  for (const { id, label } of placed) {
    for (const [index, face] of row.entries()) assert.ok(index + 1 === id || apart(label, face), `label ${id} on face ${index + 1}`);
  }
});

test("short labels do not grow and shrink by turns while faces tremble", () => {
  /** @type {Map<number, import("../../../static/js/ui/layout.js").Place>} */
  let places = new Map();
  /** @type {string[]} */
  const names = [];
  for (let step = 0; step < 20; step++) {
    const row = [0, 1, 2, 3, 4].map((index) => ({ x: 10 + index * 74, y: 106, width: 55, height: 66 + (step % 2) * 4 }));
    const placed = layOut(row.map((one, index) => ({ ...wanted(index + 1, one), panel: null })), { width: 390, height: 272 }, places);
    places = new Map(placed.map(({ id, place }) => [id, place]));
    names.push(placed[0].name);
  }

  assert.ok(names.filter((name, index) => index && name !== names[index - 1]).length <= 1, names.join(" "));
});

test("a label stays at its place while a face moves a little", () => {
  const near = { x: 300, y: 112, width: 150, height: 180 };
  const [first] = layOut([wanted(1, near)], STAGE, new Map());

  const [second] = layOut([wanted(1, { ...near, x: near.x + 9, y: near.y + 12 })], STAGE, new Map([[1, first.place]]));

  assert.equal(second.place.label, first.place.label);
});

test("bars stay on their side while a face moves a little", () => {
  const first = layOut([wanted(1, { x: 300, y: 200, width: 150, height: 180 })], STAGE, new Map());
  const places = new Map(first.map(({ id, place }) => [id, place]));

  const second = layOut([wanted(1, { x: 320, y: 205, width: 150, height: 180 })], STAGE, places);

  assert.deepEqual(second[0].place, first[0].place);
});

test("what is kept inside keeps its size", () => {
  assert.deepEqual(keepInside({ x: 790, y: -20, width: 100, height: 40 }, STAGE), { x: 694, y: 6, width: 100, height: 40 });
});
