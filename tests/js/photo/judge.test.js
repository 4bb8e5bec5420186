import assert from "node:assert/strict";
import test from "node:test";
import { createJudge } from "../../../static/js/pages/grouping.js";

/** Thresholds by choice of networks, as manifests carry them. */
const CALIBRATIONS = { usual: { low: 0.7, medium: 0.4, high: 0.2 }, best: { low: 0.8, medium: 0.5, high: 0.1 } };
const calibrationOf = async (/** @type {string} */ networks) => ({ group_thresholds: CALIBRATIONS[/** @type {"usual" | "best"} */ (networks)] });
const box = { x: 0, y: 0, width: 10, height: 10 };

/** @param {number} smile */
const look = (smile) => /** @type {any} */ ({ faces: [{ id: 1, box, smile }] });
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a group is judged by the thresholds of the networks that look", async () => {
  let networks = /** @type {"usual" | "best"} */ ("best");
  const judge = createJudge(() => ({ photo_sensitivity: "low", networks }), calibrationOf);
  await judge.renew();
  assert.equal(judge.judge(look(0.75), 0).smiling, 0);

  networks = "usual";
  judge.judge(look(0.75), 100);
  await settled();
  assert.equal(judge.judge(look(0.75), 200).smiling, 1);

  networks = "best";
  judge.judge(look(0.75), 300);
  await settled();
  assert.equal(judge.judge(look(0.75), 400).smiling, 0);
});

test("thresholds that cannot be fetched are asked for again, and those before hold", async () => {
  let networks = /** @type {"usual" | "best"} */ ("usual");
  let asked = 0;
  const judge = createJudge(
    () => ({ photo_sensitivity: "low", networks }),
    (name) => (name === "best" && ++asked < 2 ? Promise.reject(new Error("no network")) : calibrationOf(name)),
  );
  await judge.renew();
  networks = "best";
  judge.judge(look(0.75), 100);
  await settled();

  assert.equal(judge.judge(look(0.75), 200).smiling, 1);
  assert.equal(asked, 1);

  judge.judge(look(0.75), 2200);
  await settled();
  assert.equal(judge.judge(look(0.75), 2300).smiling, 0);
});

test("a slow answer about older settings does not replace a newer one", async () => {
  /** @type {((calibration: object) => void)[]} */
  const answers = [];
  const wishes = { photo_sensitivity: /** @type {"low" | "high"} */ ("low"), networks: /** @type {"usual"} */ ("usual") };
  const judge = createJudge(
    () => wishes,
    () => new Promise((resolve) => answers.push(resolve)),
  );
  judge.changed("photo_sensitivity");
  wishes.photo_sensitivity = "high";
  judge.changed("photo_sensitivity");
  assert.equal(answers.length, 2);

  answers[1]({ group_thresholds: CALIBRATIONS.usual });
  answers[0]({ group_thresholds: { low: 0.99, medium: 0.99, high: 0.99 } });
  await settled();

  assert.equal(judge.judge(look(0.3), 0).smiling, 1);
});
