// The only module that knows TensorFlow.js: runs networks on one of its backends. Everything else sees plain arrays.
import {
  backend,
  dispose,
  env,
  findBackendFactory,
  getBackend,
  loadGraphModel,
  memory,
  registerBackend,
  removeBackend,
  setBackend,
  setWasmPaths,
  tensor,
  tidy,
} from "../lib/tf.js";

/** @typedef {import("./models.js").Model} Model */
/** @typedef {"webgpu" | "webgl" | "wasm"} BackendName */

/**
 * @typedef {object} Network a network on a backend
 * @property {import("./models.js").Manifest} manifest
 * @property {(input: Float32Array, shape: number[]) => Promise<Float32Array>} run scaled input to output; at least one image
 */

/**
 * @typedef {object} Engine
 * @property {BackendName} name
 * @property {boolean} compiles whether every new shape of input costs a compilation, so that few shapes should be used
 * @property {(model: Model) => Promise<Network>} load
 * @property {() => number} tensors how many tensors are held now
 * @property {Promise<void>} lost resolves when the graphics device or context is gone
 * @property {() => void} close frees everything
 */

/** The graphics backends come as files of their own: a device that does not use them does not load them. */
const LOAD = {
  webgpu: () => import("../lib/tf_webgpu.js"),
  webgl: () => import("../lib/tf_webgl.js"),
  wasm: () => {
    setWasmPaths(new URL("../lib/", import.meta.url).href);
    // Threads gained nothing, and need a page of their own kind and a binary more.
    env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  },
};

/**
 * Start a backend. Several engines may be alive, but only one of them may run at a time.
 * @param {BackendName} name
 * @returns {Promise<Engine>}
 * @throws {Error} if this device does not have it
 */
export async function createEngine(name) {
  await LOAD[name]();
  if (!(await setBackend(name))) throw new Error(`the ${name} backend does not start on this device`);
  /** @type {import("@tensorflow/tfjs-converter").GraphModel[]} */
  const graphs = [];

  /** @param {Model} model @returns {Promise<Network>} */
  async function load({ manifest, artifacts }) {
    const graph = await loadGraphModel({ load: async () => artifacts });
    graphs.push(graph);
    return { manifest, run: (input, shape) => run(name, graph, input, shape) };
  }

  return {
    name,
    compiles: name !== "wasm",
    load,
    tensors: () => memory().numTensors,
    lost: lossOf(name),
    close: () => {
      for (const graph of graphs) graph.dispose();
      const factory = findBackendFactory(name);
      removeBackend(name);
      // Without it the backend could not be started again.
      registerBackend(name, factory);
    },
  };
}

/**
 * @param {BackendName} name
 * @param {import("@tensorflow/tfjs-converter").GraphModel} graph
 * @param {Float32Array} input
 * @param {number[]} shape
 * @returns {Promise<Float32Array>}
 */
async function run(name, graph, input, shape) {
  // Back to a backend that has started before: nothing to wait for.
  if (getBackend() !== name) void setBackend(name);
  const output = /** @type {import("@tensorflow/tfjs-core").Tensor} */ (tidy(() => /** @type {any} */ (graph.execute(tensor(input, shape, "float32")))));
  try {
    return /** @type {Float32Array} */ (await output.data());
  } finally {
    dispose(output);
  }
}

/** @param {BackendName} name @returns {Promise<void>} */
function lossOf(name) {
  const running = /** @type {any} */ (backend());
  if (name === "webgpu") return running.device.lost.then(() => {});
  if (name === "wasm") return new Promise(() => {});
  return new Promise((resolve) => running.gpgpu.gl.canvas.addEventListener("webglcontextlost", () => resolve(), { once: true }));
}
