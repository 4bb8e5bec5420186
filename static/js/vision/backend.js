// Chooses where the networks run: the fastest backend that gives the right numbers on this device.

/** @typedef {import("./engine.js").BackendName} BackendName */
/**
 * @typedef {object} Choice also what a page keeps for the next visit
 * @property {BackendName} name
 * @property {{[name: string]: number}} measured milliseconds per frame of those that were tried
 * @property {string} user_agent
 * @property {string} version of the networks
 */

/** The largest difference from the promised output, as a share of the largest output. Half precision needs a hundredth. */
export const TOLERANCE = 0.03;
/** From quick to start to slow to start, so that a slow one can be given up early. */
const CANDIDATES = /** @type {const} */ (["wasm", "webgl", "webgpu"]);

/**
 * Choose a backend and start it.
 * @template Running
 * @param {object} wishes
 * @param {BackendName | "auto"} wishes.wanted a named one is only tested, not compared
 * @param {Choice | null} wishes.remembered used again, after its test, on the same browser with the same networks
 * @param {string} wishes.user_agent
 * @param {string} wishes.version
 * @param {BackendName[]} [wishes.without] those that failed before
 * @param {boolean} [wishes.anew] measure a named one too: whether it is quick enough now is the question
 * @param {(name: BackendName) => Promise<boolean>} wishes.available whether it is worth a try
 * @param {(name: BackendName) => Promise<Running>} start starts and tests it; rejects if it is not right
 * @param {(running: Running, best_ms: number) => Promise<number>} measure milliseconds per frame; may give up beyond `best_ms`
 * @param {(running: Running) => void} stop
 * @returns {Promise<{running: Running, choice: Choice}>}
 * @throws {Error} named "NoBackend" that says why each one failed
 */
export async function chooseBackend({ wanted, remembered, user_agent, version, without = [], anew = false, available }, start, measure, stop) {
  /** @type {string[]} */
  const reasons = [];
  /** @param {BackendName} name */
  const tried = (name) => start(name).catch((error) => void reasons.push(`${name}: ${error.message}`));
  /** @param {BackendName} name @param {Choice["measured"]} measured @returns {Choice} */
  const choice = (name, measured) => ({ name, measured, user_agent, version });

  const known = remembered && remembered.user_agent === user_agent && remembered.version === version ? remembered : null;
  const named = wanted === "auto" ? known?.name : wanted;
  if (named && !without.includes(named)) {
    const running = await tried(named);
    if (running) return { running, choice: choice(named, anew ? { [named]: await measure(running, Infinity) } : (known?.measured ?? {})) };
  }
  /** @type {Choice["measured"]} */
  const measured = {};
  /** @type {{name: BackendName, running: Running} | null} */
  let best = null;
  const others = CANDIDATES.filter((name) => (wanted === "auto" || without.includes(wanted)) && !without.includes(name) && name !== named);
  for (const name of others) {
    if (!(await available(name))) continue;
    const running = await tried(name);
    if (!running) continue;
    measured[name] = await measure(running, best ? measured[best.name] : Infinity);
    if (best && measured[best.name] <= measured[name]) stop(running);
    else {
      if (best) stop(best.running);
      best = { name, running };
    }
  }
  if (!best) throw Object.assign(new Error(`no backend works on this device: ${reasons.join("; ") || "none is there"}`), { name: "NoBackend" });
  return { running: best.running, choice: choice(best.name, measured) };
}

/**
 * Tell how far a network is from what its manifest promises, as a share of the largest output.
 * @param {{manifest: import("./models.js").Manifest, run: (input: Float32Array, shape: number[]) => Promise<Float32Array>}} network
 * @returns {Promise<number>} infinite if anything is no number
 */
export async function selfTest({ manifest, run }) {
  const { input, output: expected } = manifest.self_test;
  const { scale, offset } = manifest.input;
  const size = input.reduce((product, length) => product * length, 1);
  const output = await run(Float32Array.from({ length: size }, (_, i) => ((i * 37) % 256) * scale + offset), input);
  if (output.length !== expected.length) return Infinity;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    difference = Math.max(difference, Number.isFinite(output[i]) ? Math.abs(output[i] - expected[i]) : Infinity);
  }
  return difference / largest;
}

/**
 * Tell whether a backend is worth trying: there, and not drawn by software, which is far slower than WebAssembly.
 * @param {BackendName} name
 */
export async function isAvailable(name) {
  if (name === "wasm") return typeof WebAssembly === "object";
  if (name === "webgl") return hasGraphicsCard(new OffscreenCanvas(1, 1).getContext("webgl2", { failIfMajorPerformanceCaveat: true }));
  const gpu = /** @type {any} */ (navigator).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return Boolean(adapter) && !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter);
}

/** Browsers do not all admit a software renderer as a caveat; its name does. @param {WebGL2RenderingContext | null} gl */
function hasGraphicsCard(gl) {
  if (!gl) return false;
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !/swiftshader|llvmpipe|software|basic render/i.test(renderer);
}
