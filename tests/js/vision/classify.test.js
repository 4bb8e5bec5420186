import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createClassifier, networkInput, readScores } from "../../../static/js/vision/classify.js";

/** @type {any} */
const manifest = {
  labels: ["female", "male"],
  output: "logits",
  calibration: { temperature: 2 },
  input: { width: 2, height: 2, channels: 1, color: "grey", scale: 2 / 255, offset: -1, crop_scale: 1 },
};
const image = { data: new Uint8ClampedArray(8 * 8 * 4).fill(255), width: 8, height: 8 };
const box = { x: 1, y: 1, width: 4, height: 4 };
const landmarks = /** @type {[number, number][]} */ ([[2, 2], [4, 2], [3, 3], [2, 4], [4, 4]]);
const face = { box, landmarks };

test("scores are probabilities by label, softened by the calibration", () => {
  const [scores] = readScores(Float32Array.of(2, 0), manifest);

  assert.deepEqual(Object.keys(scores), ["female", "male"]);
  assert.ok(Math.abs(scores.female - Math.E / (Math.E + 1)) < 1e-6);
});

test("any logits give scores of sum 1 in the order of the logits", () => {
  fc.assert(
    fc.property(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -500, max: 500 })), ([a, b]) => {
      const [{ female, male }] = readScores(Float32Array.of(a, b), manifest);

      assert.ok(Math.abs(female + male - 1) < 1e-9);
      assert.equal(Math.sign(Math.round((female - male) * 1e12)) * Math.sign(a - b) >= 0, true);
    }),
  );
});

test("probabilities are passed on as they are", () => {
  const [scores] = readScores(Float32Array.of(0.25, 0.75), { ...manifest, output: "probabilities" });

  assert.deepEqual(scores, { female: 0.25, male: 0.75 });
});

test("white pixels reach the network at the top of its range", () => {
  const input = networkInput(image, face, manifest);

  assert.equal(input.length, 4);
  assert.ok(input.every((value) => Math.abs(value - 1) < 1e-6));
});

/** A network that answers with the sum of each image, and records the batches it was given. */
function recorded() {
  /** @type {number[]} */
  const batches = [];
  const run = async (/** @type {Float32Array} */ input, /** @type {number[]} */ shape) => {
    batches.push(shape[0]);
    assert.equal(input.length, shape.reduce((product, length) => product * length, 1));
    return new Float32Array(shape[0] * 2);
  };
  return { batches, network: { manifest, run } };
}

test("where shapes are dear, faces come in batches of 1, 2, 4 or 8, and each gets its scores", async () => {
  for (const [faces, expected] of /** @type {[number, number[]][]} */ ([[1, [1]], [3, [4]], [8, [8]], [11, [8, 4]]])) {
    const { batches, network } = recorded();

    const scores = await createClassifier(network, true)(image, Array(faces).fill(face));

    assert.deepEqual(batches, expected);
    assert.equal(scores.length, faces);
  }
});

test("elsewhere all faces go in one batch of their number", async () => {
  const { batches, network } = recorded();

  await createClassifier(network, false)(image, Array(11).fill(face));

  assert.deepEqual(batches, [11]);
});

test("without a face no network is run", async () => {
  for (const few_shapes of [true, false]) {
    const { batches, network } = recorded();

    assert.deepEqual(await createClassifier(network, few_shapes)(image, []), []);
    assert.deepEqual(batches, []);
  }
});
