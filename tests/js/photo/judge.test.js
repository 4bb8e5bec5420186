import assert from "node:assert/strict";
import test from "node:test";
import { createJudge } from "../../../static/js/pages/grouping.js";

/** Thresholds by choice of networks, as manifests carry them. */
const CALIBRATIONS = { default: { low: 0.7, medium: 0.4, high: 0.2 }, best: { low: 0.8, medium: 0.5, high: 0.1 } };
const calibrationOf = async (/** @type {string} */ networks) => ({ group_thresholds: CALIBRATIONS[/** @type {"default" | "best"} */ (networks)] });
const box = { x: 0, y: 0, width: 10, height: 10 };

/** @param {number} smile @param {string} backend */
const look = (smile, backend) => /** @type {any} */ ({ faces: [{ id: 1, box, smile }], stats: { backend } });
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a group is judged by the thresholds of the networks that look: the server's are the usual ones, whatever is chosen here", async () => {
  const judge = createJudge(() => ({ photo_sensitivity: "low", networks: "best" }), calibrationOf);
  await judge.renew();
  assert.equal(judge.judge(look(0.75, "wasm"), 0).smiling, 0);

  judge.judge(look(0.75, "server"), 100);
  await settled();
  assert.equal(judge.judge(look(0.75, "server"), 200).smiling, 1);

  judge.judge(look(0.75, "wasm"), 300);
  await settled();
  assert.equal(judge.judge(look(0.75, "wasm"), 400).smiling, 0);
});

test("a slow answer about older settings does not replace a newer one", async () => {
  /** @type {((calibration: object) => void)[]} */
  const answers = [];
  const wishes = { photo_sensitivity: /** @type {"low" | "high"} */ ("low"), networks: /** @type {"default"} */ ("default") };
  const judge = createJudge(
    () => wishes,
    () => new Promise((resolve) => answers.push(resolve)),
  );
  judge.changed("photo_sensitivity");
  wishes.photo_sensitivity = "high";
  judge.changed("photo_sensitivity");
  assert.equal(answers.length, 2);

  answers[1]({ group_thresholds: CALIBRATIONS.default });
  answers[0]({ group_thresholds: { low: 0.99, medium: 0.99, high: 0.99 } });
  await settled();

  assert.equal(judge.judge(look(0.3, "wasm"), 0).smiling, 1);
});
