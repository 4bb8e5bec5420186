import assert from "node:assert/strict";
import test from "node:test";
import { createLooking } from "../../../static/js/pages/looking.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Networks that answer when told to, and no longer once they are closed. */
function slowEyes() {
  /** @type {(look: unknown) => void} */
  let answer = () => {};
  let closed = false;
  const look = () => new Promise((resolve, reject) => (closed ? reject(new Error("closed")) : (answer = resolve)));
  return { look, close: () => (closed = true), answer: () => answer({ faces: [], group: {}, stats: {} }), closed: () => closed };
}

test("networks that are exchanged while a photo is judged are closed only when it is done", async () => {
  globalThis.createImageBitmap = async () => /** @type {any} */ ({ width: 4, height: 4, close() {} });
  const looking = createLooking({ onLook() {}, onError: (error) => assert.fail(String(error)) });
  const before = slowEyes();
  const after = slowEyes();
  await looking.use(/** @type {any} */ (before));

  const judged = looking.judge(/** @type {any} */ ({ width: 1920, height: 1080 }));
  await settled();
  const exchanged = looking.use(/** @type {any} */ (after));
  await settled();
  assert.equal(before.closed(), false);
  before.answer();

  assert.deepEqual((await judged).faces, []);
  await exchanged;
  assert.equal(before.closed(), true);
});

test("a photo cannot be judged before there are networks", async () => {
  globalThis.createImageBitmap = async () => /** @type {any} */ ({ width: 4, height: 4, close() {} });
  const looking = createLooking({ onLook() {}, onError: (error) => assert.fail(String(error)) });
  await assert.rejects(looking.judge(/** @type {any} */ ({ width: 8, height: 8 })), /no networks/);
});
