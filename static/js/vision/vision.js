// The page's side of looking: everything heavy happens in a worker, so that the page stays at full frame rate.
import { createMemory, SLOW_LOOK_MS } from "../core/memory.js";

/** @typedef {import("./backend.js").Choice} Choice */
/** @typedef {import("./sheet.js").Frame} Frame */
/** @typedef {import("./sight.js").Progress} Progress */
/** @typedef {import("./worker.js").Answer} Answer */
/** @typedef {import("./worker.js").Order} Order */
/** @typedef {import("../contract.js").Face} Face */
/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../contract.js").Stats} Stats */
/** @typedef {import("../core/memory.js").Memory} Memory */
/** @typedef {{faces: Face[], group: Group, stats: Stats, width: number, height: number}} Look faces in pixels of the frame */

/**
 * Start the worker, load all networks and choose a backend.
 *
 * Errors are named "UnsupportedBrowser" (no worker or no canvas in one: the browser must be updated), "ModelsFailed" (a file did
 * not load) or "NoBackend" (nothing gives the right numbers here); their messages say more.
 * @param {object} wishes
 * @param {string} wishes.models_url folder of all networks
 * @param {import("./sight.js").Wishes["folders"]} [wishes.folders] names of the networks' folders, where they are not called as what they do
 * @param {"auto" | "wasm" | "webgl" | "webgpu"} [wishes.backend] "auto" takes the fastest that works
 * @param {Choice | null} [wishes.remembered] the `backend` of an earlier vision, so that nothing needs to be measured again
 * @param {boolean} [wishes.anew] measure, also a backend that is named
 * @param {number} [wishes.detect_side] longest side in pixels of what the detector sees of a live frame: larger finds smaller faces
 * @param {Memory | null} [wishes.memory] of what looked before, so that faces keep their numbers
 * @param {(progress: Progress) => void} [wishes.onProgress]
 */
export async function createVision({
  models_url,
  folders = {},
  backend = "auto",
  remembered = null,
  anew = false,
  detect_side = 320,
  memory: known = null,
  onProgress = () => {},
}) {
  const worker = startWorker();
  const folder = new URL(models_url.endsWith("/") ? models_url : `${models_url}/`, document.baseURI).href;
  /** @type {Set<(choice: Choice) => void>} */
  const lost_listeners = new Set();
  /** @type {{resolve: (answer: any) => void, reject: (error: Error) => void} | null} */
  let waiting = null;
  let closed = false;

  /** @param {Order} order @param {Transferable[]} [transfer] @returns {Promise<any>} */
  const ask = (order, transfer = []) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      worker.postMessage(order, transfer);
    });

  /** @param {(asked: NonNullable<typeof waiting>) => void} how */
  function settle(how) {
    const asked = waiting;
    waiting = null;
    if (asked) how(asked);
  }

  worker.addEventListener("message", (/** @type {MessageEvent<Answer>} */ { data: answer }) => {
    if (answer.kind === "progress") return onProgress(answer.progress);
    if (answer.kind === "lost") {
      choice = answer.choice;
      return lost_listeners.forEach((listener) => listener(answer.choice));
    }
    if (answer.kind === "failed") return settle(({ reject }) => reject(named(answer.name, answer.message)));
    settle(({ resolve }) => resolve(answer));
  });
  worker.addEventListener("error", async ({ message }) => {
    const error = await reasonOf(message);
    settle(({ reject }) => reject(error));
  });

  /** @type {Extract<Answer, {kind: "ready"}>} */
  const begun = await ask({ kind: "start", wishes: { models_url: folder, folders, backend, remembered, anew, detect_side } }).catch((error) => {
    worker.terminate();
    throw error;
  });
  let choice = begun.choice;
  const memory = known ?? createMemory(begun.thresholds);

  return {
    /** In the order of the networks' outputs. */
    labels: begun.labels,
    /** Where the networks run and what was measured; hand it back as `remembered` on the next visit. */
    get backend() {
      return choice;
    },
    /** Frames may be handed over at any time; one that looks elsewhere may have to wait. */
    ready: () => Promise.resolve(),
    /**
     * Look at a frame, which is handed over. One look at a time: a second call before the answer rejects.
     * @param {Frame} frame
     * @param {number} time of the frame in ms; grows from frame to frame
     * @param {{still?: boolean}} [options] still: a picture on its own, looked at more closely and without memory
     * @returns {Promise<Look>}
     */
    look: async (frame, time, { still = false } = {}) => {
      if (closed || waiting) {
        frame.close();
        throw named(closed ? "Closed" : "Busy", closed ? "this vision is closed: create another" : "one look at a time: wait for the answer");
      }
      const asked_at = performance.now();
      /** @type {Extract<Answer, {kind: "seen"}>} */
      const { look } = await ask({ kind: "look", frame, time, still }, [frame]);
      const { sightings, stats, width, height } = look;
      const seen = (still ? createMemory(memory.thresholds, true) : memory).see(sightings, time);
      if (performance.now() - asked_at > SLOW_LOOK_MS) memory.bridge();
      return { ...seen, stats, width, height };
    },
    /** What is remembered of the faces; hand it on to what looks next. */
    memory,
    /** Forget all faces, as before a new source. */
    reset: () => {
      memory.reset();
      worker.postMessage(/** @type {Order} */ ({ kind: "reset" }));
    },
    /** End the worker; a look in flight rejects. */
    close: () => {
      closed = true;
      worker.terminate();
      settle(({ reject }) => reject(named("Closed", "this vision was closed")));
    },
    /**
     * Be told when the graphics device was lost and another backend has taken over.
     * @param {(choice: Choice) => void} listener
     * @returns {() => void} ends it
     */
    onLost: (listener) => {
      lost_listeners.add(listener);
      return () => lost_listeners.delete(listener);
    },
  };
}

/** @returns {Worker} */
function startWorker() {
  if (typeof Worker !== "function") throw named("UnsupportedBrowser", "this browser has no workers: update it to the current version");
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "allsmiles-vision" });
}

/**
 * Tell why a worker broke: one that did not load, or that this browser cannot read, hardly says so itself.
 * @param {string | undefined} message of the error event
 */
async function reasonOf(message) {
  const files = ["./worker.js", "../lib/tf.js"].map((name) => fetch(new URL(name, import.meta.url)).then(({ ok }) => ok, () => false));
  if (!(await Promise.all(files)).every(Boolean)) return named("ModelsFailed", "a part of the page did not load: check the connection and reload");
  return named("UnsupportedBrowser", `the looking part of this page does not run in this browser: update it (${message || "no reason given"})`);
}

/** @param {string} name @param {string} message */
const named = (name, message) => Object.assign(new Error(message), { name });
