// All networks on the backend that suits this device, through the loss of one.
import { thresholdsOf } from "../core/memory.js";
import { createRate } from "../core/rate.js";
import { chooseBackend, isAvailable, selfTest, TOLERANCE } from "./backend.js";
import { createEngine } from "./engine.js";
import { fetchModel } from "./models.js";
import { createPipeline, createTurns } from "./pipeline.js";
import { requireCanvas } from "./sheet.js";

/** @typedef {import("./backend.js").Choice} Choice */
/** @typedef {import("./engine.js").BackendName} BackendName */
/** @typedef {import("./engine.js").Engine} Engine */
/** @typedef {import("./models.js").Model} Model */
/** @typedef {import("./pipeline.js").Look} Look */
/** @typedef {import("./pipeline.js").Networks} Networks */
/** @typedef {import("./sheet.js").Frame} Frame */
/** @typedef {import("../contract.js").Stats} Stats */
/** @typedef {{engine: Engine, networks: Networks}} Running */
/** @typedef {{step: "networks" | "engine" | "measuring", backend?: BackendName}} Progress */
/**
 * @typedef {object} Wishes
 * @property {string} models_url address of the folder of all networks, absolute, ending with a slash
 * @property {{[task in typeof NAMES[number]]?: string}} [folders] names of the networks' folders, where they are not called as what they do
 * @property {BackendName | "auto"} backend
 * @property {Choice | null} remembered
 * @property {boolean} [anew] measure, also a backend that is named
 * @property {number} detect_side longest side in pixels of what the detector sees live
 */

const NAMES = /** @type {const} */ (["face", "emotion", "gender"]);
/** What is measured: a camera's usual shape with one face, twice to warm up and then a few times. */
const SHAPE = [3, 4];
const WARM_RUNS = 2;
const RUNS = 5;
/** How much later than its consequences the news of a lost device may come. */
const NEWS_MS = 100;
/** A backend this many times slower than the best is not measured to the end. */
const HOPELESS = 3;

/**
 * Load everything and choose a backend.
 * @param {Wishes} wishes
 * @param {(progress: Progress) => void} onProgress
 * @param {(choice: Choice) => void} onLost after the graphics device was lost and another backend has started
 */
export async function createSight({ models_url, folders = {}, backend, remembered, anew = false, detect_side }, onProgress, onLost) {
  requireCanvas();
  onProgress({ step: "networks" });
  const [face, emotion, gender] = await Promise.all(NAMES.map((name) => fetchModel(`${models_url}${folders[name] ?? name}/`)));
  const models = { face, emotion, gender };
  const still_side = face.manifest.detection?.still_side ?? detect_side;
  const turns = createTurns();
  const rate = createRate();
  let frames = 0;
  /** @type {BackendName[]} */
  const without = [];
  let state = await start(backend, remembered);

  /** @param {BackendName | "auto"} wanted @param {Choice | null} known */
  async function start(wanted, known) {
    const { running, choice } = await chooseBackend(
      { wanted, remembered: known, user_agent: navigator.userAgent, version: versionOf(models), without, anew, available: isAvailable },
      (name) => startOn(name, models, onProgress),
      (running, best_ms) => measure(running, detect_side, best_ms, onProgress),
      ({ engine }) => engine.close(),
    );
    const look = createPipeline(running.networks, running.engine.compiles);
    return { engine: running.engine, choice, look };
  }

  async function startAgain() {
    without.push(state.engine.name);
    try {
      state.engine.close();
    } catch {
      // What is lost may not be freed any more.
    }
    state = await start("auto", null);
    onLost(state.choice);
  }

  /**
   * @param {Frame} frame
   * @param {number} time ms
   * @param {boolean} still
   * @returns {Promise<Look>}
   */
  async function lookOnce(frame, time, still) {
    if (still) return state.look(frame, time, null, { side: Math.max(still_side, detect_side), crop_side: Infinity });
    return state.look(frame, time, turns, { side: detect_side });
  }

  /**
   * Look at a frame; on another backend if this one is lost meanwhile.
   * @param {Frame} frame
   * @param {number} time ms
   * @param {boolean} still
   */
  async function look(frame, time, still) {
    // What was asked of a lost device may neither fail nor ever be answered.
    const gone = state.engine.lost.then(() => null);
    const answer = await Promise.race([gone, lookOnce(frame, time, still).catch((error) => unlessLost(gone, error))]);
    if (answer === null) await startAgain();
    const { detect_ms, classify_ms, ...seen } = answer ?? (await lookOnce(frame, time, still));
    frames += 1;
    /** @type {Stats} */
    const stats = { backend: state.engine.name, fps: rate(time), detect_ms, classify_ms, frames, tensors: state.engine.tensors() };
    return { ...seen, stats };
  }

  return {
    labels: { emotion: emotion.manifest.labels, gender: gender.manifest.labels },
    choice: () => state.choice,
    look,
    thresholds: thresholdsOf({ emotion: emotion.manifest, gender: gender.manifest }),
    reset: turns.reset,
    close: () => state.engine.close(),
  };
}

/**
 * Wait for the news of a loss, which may come after the failure that it causes; without any, fail.
 * @param {Promise<null>} gone
 * @param {unknown} error
 * @returns {Promise<null>}
 */
function unlessLost(gone, error) {
  return Promise.race([gone, new Promise((_, reject) => setTimeout(() => reject(error), NEWS_MS))]);
}

/** @param {{[name: string]: Model}} models */
const versionOf = (models) =>
  Object.values(models)
    .map(({ manifest }) => `${manifest.name} ${manifest.version} ${Object.values(manifest.sha256).join(" ").slice(0, 12)}`)
    .join(", ");

/**
 * Start a backend with all networks and test each of them.
 * @param {BackendName} name
 * @param {{[name: string]: Model}} models
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<Running>}
 */
async function startOn(name, models, onProgress) {
  onProgress({ step: "engine", backend: name });
  const engine = await createEngine(name);
  try {
    /** @type {any} */
    const networks = {};
    for (const [task, model] of Object.entries(models)) {
      const network = (networks[task] = await engine.load(model));
      const difference = await selfTest(network);
      if (!(difference <= TOLERANCE)) throw new Error(`the network ${task} gives wrong numbers (off by ${(100 * difference).toFixed(0)} %)`);
    }
    return { engine, networks };
  } catch (error) {
    engine.close();
    throw error;
  }
}

/**
 * Measure a look at one face.
 * @param {Running} running
 * @param {number} side
 * @param {number} best_ms
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<number>} median milliseconds
 */
async function measure({ engine, networks }, side, best_ms, onProgress) {
  onProgress({ step: "measuring", backend: engine.name });
  /** @type {number[]} */
  const times = [];
  for (let i = 0; i < WARM_RUNS + RUNS; i++) {
    const start = performance.now();
    await runOnce(networks.face, detectorShape(networks.face, side));
    await Promise.all([networks.emotion, networks.gender].map((network) => runOnce(network, [1, ...imageShape(network)])));
    const elapsed = performance.now() - start;
    if (i >= WARM_RUNS) times.push(elapsed);
    if (i >= WARM_RUNS && elapsed > HOPELESS * best_ms) break;
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

/** @param {import("./engine.js").Network} network @param {number} side */
function detectorShape({ manifest }, side) {
  const { border = 0, multiple = 1 } = manifest.input;
  return [1, ...SHAPE.map((part) => Math.ceil((side * part) / SHAPE[1] / multiple) * multiple + border), 3];
}

/** @param {import("./engine.js").Network} network */
const imageShape = ({ manifest: { input } }) => [input.height, input.width, input.channels];

/** @param {import("./engine.js").Network} network @param {number[]} shape */
const runOnce = (network, shape) => network.run(new Float32Array(shape.reduce((product, length) => product * length, 1)), shape);
