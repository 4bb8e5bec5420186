// What looks: the networks of this device or the server, as core/routing.js decides. Faces are handed from one to the other.
import { createRouting } from "../core/routing.js";
import { loadSender } from "../net/sender.js";
import { canLook, missingParts, Trouble } from "../ui/problems.js";
import { loadNetworks, wantedRoute } from "./networks.js";

/** @typedef {import("../core/memory.js").Memory} Memory */
/** @typedef {import("../core/routing.js").Allowed} Allowed */
/** @typedef {import("../core/routing.js").Route} Route */
/** @typedef {import("../ui/settings.js").Settings} Settings */
/** @typedef {import("../ui/where.js").State} State */
/** @typedef {import("../vision/vision.js").Choice} Choice */
/** @typedef {Awaited<ReturnType<typeof import("../vision/vision.js").createVision>>} Vision */
/** @typedef {Awaited<ReturnType<typeof loadSender>>} Sender */
/** @typedef {Vision | Sender} Eyes */

const TICK_MS = 1000;

/** What decides the boxes and the thresholds that a memory holds. @param {Settings} settings */
const lookedWith = ({ detect_side, networks }) => `${detect_side} ${networks}`;

/**
 * @param {object} parts
 * @param {string} parts.models_url
 * @param {Allowed} parts.allowed
 * @param {string} parts.query of the page's address
 * @param {() => Settings} parts.settings
 * @param {Storage | null} parts.storage
 * @param {(progress: {step: string}) => void} parts.onProgress
 * @param {(route: Route, state: State) => void} parts.onWhere
 * @param {() => void} parts.onMove another route is to be taken: load again
 * @param {() => void} parts.onLost the graphics engine was lost and another has taken over
 */
export function createEyes({ models_url, allowed, query, settings, storage, onProgress, onWhere, onMove, onLost }) {
  const scope = /** @type {any} */ (globalThis);
  const routing = createRouting({ allowed, able: canLook(scope), wish: wantedRoute(query, settings()) });
  const wishes = () => ({ models_url, query, settings: settings(), storage, onProgress, memory });
  /** @type {Memory | null} */
  let memory = null;
  let memory_of = "";
  /** @type {Route | null} */
  let taken = null;
  /** A device that was measured anew and found well. @type {Vision | null} */
  let probed = null;
  let probing = false;

  /** @param {Vision} vision @returns {Vision} */
  function listen(vision) {
    vision.onLost((choice) => {
      onLost();
      measured(choice);
      move();
    });
    return vision;
  }

  /** @param {Choice} choice */
  function measured({ name, measured }) {
    if (measured[name] !== undefined) routing.measured(measured[name], performance.now());
  }

  /** @returns {Promise<Vision | null>} null where the server is to look instead */
  async function device() {
    if (probed) return probed;
    const missing = missingParts(scope);
    try {
      if (missing.length > 0) throw new Trouble("unsupported", missing.join(", "));
      const vision = listen(await loadNetworks(wishes()));
      measured(vision.backend);
      if (routing.now() === "device") return vision;
      vision.close();
    } catch (error) {
      // An engine that a person named is for them to change; else the server may help.
      if (settings().backend === "auto") routing.failed();
      if (routing.now() === "device") throw error;
    }
    return null;
  }

  /** @returns {Promise<Sender>} */
  function server() {
    // Said before the first frame leaves.
    onWhere("server", "connecting");
    const onState = (/** @type {State} */ state) => {
      if (state === "looking") routing.answered();
      else routing.unanswered(performance.now());
      onWhere("server", state);
    };
    const detect_side = Number(settings().detect_side);
    return loadSender({ models_url, memory, detect_side, onState }).catch((error) => Promise.reject(new Trouble("models_failed", error.message)));
  }

  /**
   * Load what looks now.
   * @returns {Promise<{eyes: Eyes, moved: Route | null, why: ReturnType<typeof routing["why"]>}>} `moved` where it is another route than before,
   *   or not the device from the start
   * @throws {Trouble}
   */
  async function load() {
    if (memory_of !== lookedWith(settings())) memory = null;
    memory?.bridge();
    const before = taken;
    taken = routing.now();
    onWhere(taken, "connecting");
    const vision = taken === "device" ? await device() : null;
    probed = null;
    taken = routing.now();
    const eyes = vision ?? (await server());
    memory = eyes.memory;
    memory_of = lookedWith(settings());
    const moved = taken !== (before ?? "device") ? taken : null;
    return { eyes, moved, why: routing.why() };
  }

  /** Load again where another route is to be taken. */
  function move() {
    if (taken !== null && routing.now() !== taken) onMove();
  }

  /** Measure a device that was too slow again, while the server looks. */
  async function probe() {
    probing = true;
    try {
      const vision = listen(await loadNetworks({ ...wishes(), onProgress: () => {}, anew: true }));
      measured(vision.backend);
      if (routing.now() === "device" && taken === "server") probed = vision;
      else vision.close();
    } catch {
      routing.failed();
    }
    probing = false;
    move();
  }

  setInterval(() => {
    routing.tick(performance.now());
    move();
    if (!probing && !document.hidden && routing.probeDue(performance.now())) void probe();
  }, TICK_MS);

  return {
    load,
    move,
    /** @returns {Route} */
    route: () => routing.now(),
    /** A person chose in the settings, which counts more than the address. */
    choose() {
      routing.choose(settings().route);
      move();
    },
    /** Frames were looked at. @param {import("../contract.js").Stats} stats @param {number} time ms */
    looked({ detect_ms, classify_ms, round_trip_ms }, time) {
      if (typeof round_trip_ms === "number") return;
      routing.looked(detect_ms + classify_ms, time);
      move();
    },
    /** Looking failed for good; another route may be left. @returns {boolean} */
    failed() {
      if (taken === "device") routing.failed();
      else routing.refused();
      return routing.now() !== taken;
    },
    /** Another source is shown: its faces are new. */
    forget: () => memory?.reset(),
  };
}
