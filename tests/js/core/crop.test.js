import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { crop, grey } from "../../../static/js/core/crop.js";

/**
 * A picture of noise from a seed.
 * @param {number} width
 * @param {number} height
 * @param {number} channels
 * @param {number} [seed]
 */
function noise(width, height, channels, seed = 1) {
  const data = Uint8ClampedArray.from(
    { length: width * height * channels },
    (_, i) => ((i + seed) * 2654435761) >>> 24,
  );
  return { data, width, height };
}

/** The definition, weight by weight. @param {ReturnType<typeof noise>} image @param {number} x @param {number} y */
function pixel({ data, width, height }, x, y) {
  const column = Math.max(0, Math.min(width - 1, x));
  const row = Math.max(0, Math.min(height - 1, y));
  return data[(row * width + column) * 3];
}

/**
 * @param {number} start
 * @param {number} extent
 * @param {number} positions
 * @param {number} i
 * @returns {[number, number][]} source positions and weights of one output position
 */
function definition(start, extent, positions, i) {
  const step = extent / positions;
  const centre_at = start + (i + 0.5) * step;
  const support = Math.max(1, step);
  /** @type {[number, number][]} */
  const weights = [];
  for (let j = Math.floor(centre_at - support) - 2; j <= centre_at + support + 2; j++)
    weights.push([j, Math.max(0, 1 - Math.abs(j + 0.5 - centre_at) / support)]);
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  return weights.map(([j, weight]) => [j, weight / sum]);
}

const place = fc.record({
  x: fc.double({ min: -40, max: 40, noNaN: true }),
  y: fc.double({ min: -40, max: 40, noNaN: true }),
  width: fc.double({ min: 0.1, max: 90, noNaN: true }),
  height: fc.double({ min: 0.1, max: 90, noNaN: true }),
});
const side = fc.integer({ min: 1, max: 12 });

test("a picture cropped whole at its own size stays as it is", () => {
  const image = noise(48, 48, 3);

  const pixels = crop(image, { x: 0, y: 0, width: 48, height: 48 }, 48, 48);

  assert.deepEqual([...pixels], [...image.data]);
});

test("every pixel is the weighted sum of the definition", () => {
  const image = noise(17, 13, 3);
  fc.assert(
    fc.property(place, side, side, (box, width, height) => {
      const pixels = crop(image, box, width, height);
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) {
          let sum = 0;
          for (const [y, down] of definition(box.y, box.height, height, row))
            for (const [x, across] of definition(box.x, box.width, width, column))
              sum += down * across * pixel(image, x, y);
          assert.ok(Math.abs(pixels[(row * width + column) * 3] - sum) < 1e-3);
        }
    }),
  );
});

test("a picture of one colour has that colour wherever it is cropped", () => {
  const image = {
    width: 9,
    height: 7,
    data: Uint8ClampedArray.from({ length: 9 * 7 * 4 }, (_, i) => [12, 200, 99, 5][i % 4]),
  };
  fc.assert(
    fc.property(place, side, side, (box, width, height) => {
      crop(image, box, width, height).forEach((value, i) => assert.ok(Math.abs(value - [12, 200, 99][i % 3]) < 1e-3));
    }),
  );
});

test("alpha does not matter", () => {
  const opaque = noise(20, 10, 4);
  const clear = { ...opaque, data: opaque.data.map((value, i) => (i % 4 === 3 ? 0 : value)) };
  const box = { x: 2.5, y: -1, width: 12, height: 9 };

  assert.deepEqual(crop(clear, box, 6, 6), crop(opaque, box, 6, 6));
});

test("brightness weighs green most and keeps white white", () => {
  const brightness = grey(Float32Array.from([255, 255, 255, 100, 0, 0, 0, 100, 0, 0, 0, 100]));

  [255, 29.9, 58.7, 11.4].forEach((value, i) => assert.ok(Math.abs(brightness[i] - value) < 1e-4));
});

test("what cannot be cropped is refused with the remedy", () => {
  const box = { x: 0, y: 0, width: 4, height: 4 };

  assert.throws(() => crop(noise(5, 5, 1), box, 2, 2), /convert the picture/);
  assert.throws(() => crop(noise(5, 5, 3), { ...box, width: 0 }, 2, 2), /leave out faces/);
  assert.throws(() => crop(noise(5, 5, 3), { ...box, x: NaN }, 2, 2), /leave out faces/);
  assert.throws(() => crop(noise(5, 5, 3), box, 0, 2), /give a width/);
});
