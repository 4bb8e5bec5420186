import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseBackend, selfTest } from "../../../static/js/vision/backend.js";

/** @typedef {import("../../../static/js/vision/backend.js").Choice} Choice */

/**
 * A device on which `speeds` work at so many ms and all else fails; records what happens.
 * @param {{[name: string]: number}} speeds
 */
function device(speeds) {
  /** @type {string[]} */
  const events = [];
  return {
    events,
    start: async (/** @type {string} */ name) => {
      events.push(`start ${name}`);
      if (!(name in speeds)) throw new Error("broken");
      return name;
    },
    measure: async (/** @type {string} */ name) => (events.push(`measure ${name}`), speeds[name]),
    stop: (/** @type {string} */ name) => void events.push(`stop ${name}`),
  };
}

/** @param {ReturnType<typeof device>} it @param {Partial<Parameters<typeof chooseBackend>[0]>} [wishes] */
const choose = (it, wishes = {}) =>
  chooseBackend({ wanted: "auto", remembered: null, user_agent: "here", version: "1", available: async () => true, ...wishes }, it.start, it.measure, it.stop);

/** @type {Choice} */
const REMEMBERED = { name: "webgl", measured: { webgl: 5, wasm: 9 }, user_agent: "here", version: "1" };

test("the fastest of those that work is kept and the others are stopped", async () => {
  const it = device({ wasm: 20, webgl: 5, webgpu: 8 });

  const { running, choice } = await choose(it);

  assert.equal(running, "webgl");
  assert.deepEqual(choice.measured, { wasm: 20, webgl: 5, webgpu: 8 });
  assert.deepEqual(it.events.filter((event) => event.startsWith("stop")), ["stop wasm", "stop webgpu"]);
});

test("a backend that fails its test is left out", async () => {
  const { choice } = await choose(device({ wasm: 20 }));

  assert.equal(choice.name, "wasm");
  assert.deepEqual(choice.measured, { wasm: 20 });
});

test("a backend that is not there is not even started", async () => {
  const it = device({ wasm: 20, webgl: 1, webgpu: 1 });

  await choose(it, { available: async (name) => name === "wasm" });

  assert.deepEqual(it.events, ["start wasm", "measure wasm"]);
});

test("what an earlier visit chose is used again without measuring", async () => {
  const it = device({ wasm: 1, webgl: 5 });

  const { choice } = await choose(it, { remembered: REMEMBERED });

  assert.deepEqual(choice, REMEMBERED);
  assert.deepEqual(it.events, ["start webgl"]);
});

test("another browser or other networks are measured anew", async () => {
  for (const change of [{ user_agent: "elsewhere" }, { version: "2" }]) {
    const { choice } = await choose(device({ wasm: 1, webgl: 5 }), { remembered: REMEMBERED, ...change });

    assert.equal(choice.name, "wasm");
  }
});

test("a named one is measured where it is asked anew whether it is quick enough, and never else", async () => {
  const asked = device({ webgl: 5, wasm: 1 });
  const plain = device({ webgl: 5 });

  const { choice } = await choose(asked, { wanted: "webgl", anew: true });
  await choose(plain, { wanted: "webgl" });

  assert.deepEqual(choice.measured, { webgl: 5 });
  assert.deepEqual(asked.events, ["start webgl", "measure webgl"]);
  assert.deepEqual(plain.events, ["start webgl"]);
});

test("when the remembered one no longer works, the fastest other one is used", async () => {
  const { choice } = await choose(device({ wasm: 1 }), { remembered: REMEMBERED });

  assert.equal(choice.name, "wasm");
});

test("a named backend is tested and not compared", async () => {
  const it = device({ wasm: 20, webgl: 5 });

  const { choice } = await choose(it, { wanted: "wasm" });

  assert.equal(choice.name, "wasm");
  assert.deepEqual(it.events, ["start wasm"]);
});

test("a named backend that does not work is an error that says why, not another backend", async () => {
  await assert.rejects(choose(device({ wasm: 20 }), { wanted: "webgpu" }), { name: "NoBackend", message: /webgpu: broken/ });
});

test("a lost backend is not chosen again, even if it was named", async () => {
  const { choice } = await choose(device({ wasm: 20, webgl: 5 }), { wanted: "webgl", without: ["webgl"] });

  assert.equal(choice.name, "wasm");
});

test("a device on which nothing works is told every reason", async () => {
  await assert.rejects(choose(device({})), { name: "NoBackend", message: /wasm: broken; webgl: broken; webgpu: broken/ });
});

const manifest = /** @type {any} */ ({ input: { scale: 2, offset: 1 }, self_test: { input: [1, 2, 2, 1], output: [10, -4] } });

test("the self-test gives the network the agreed input and compares all outputs", async () => {
  /** @type {number[]} */
  let seen = [];
  const run = async (/** @type {Float32Array} */ input) => ((seen = [...input]), Float32Array.of(10, -3.5));

  const difference = await selfTest({ manifest, run });

  assert.deepEqual(seen, [1, 75, 149, 223]);
  assert.ok(Math.abs(difference - 0.05) < 1e-6);
});

test("a network that answers no numbers, or too few, fails its self-test", async () => {
  for (const output of [Float32Array.of(NaN, -4), Float32Array.of(10)]) assert.equal(await selfTest({ manifest, run: async () => output }), Infinity);
});
