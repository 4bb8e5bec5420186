// What looks: the networks of this device or the server, as core/routing.js decides. Faces are handed from one to the other.
import { createNetworkChoice } from "../core/network_choice.js";
import { createRouting } from "../core/routing.js";
import { loadSender } from "../net/sender.js";
import { canLook, missingParts, Trouble } from "../ui/problems.js";
import { loadNetworks, offeredNetworks, wantedRoute } from "./networks.js";

/** @typedef {import("../core/memory.js").Memory} Memory */
/** @typedef {import("../core/routing.js").Allowed} Allowed */
/** @typedef {import("../core/network_choice.js").Networks} Networks */
/** @typedef {import("../core/routing.js").Route} Route */
/** @typedef {import("../ui/settings.js").Settings} Settings */
/** @typedef {import("../ui/where.js").State} State */
/** @typedef {import("../vision/vision.js").Choice} Choice */
/** @typedef {Awaited<ReturnType<typeof import("../vision/vision.js").createVision>>} Vision */
/** @typedef {Awaited<ReturnType<typeof loadSender>>} Sender */
/** @typedef {Vision | Sender} Eyes */

const TICK_MS = 1000;

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
  const choice = createNetworkChoice({ wish: settings().networks, offered: offeredNetworks() });
  const wishes = () => ({ models_url, query, settings: settings(), storage, onProgress, memory });
  /** @type {Memory | null} */
  let memory = null;
  let memory_of = "";
  /** @type {Route | null} */
  let taken = null;
  /** Networks that were last loaded on this device. @type {Networks | null} */
  let loaded = null;
  /** Loads that have begun and are not done. */
  let loading = 0;
  /** What was loaded while something else looked: a device that is well again, or larger networks. @type {{vision: Vision, networks: Networks} | null} */
  let probed = null;
  let probing = false;

  /** What decides the boxes and the thresholds that a memory holds. */
  const lookedWith = () => `${settings().detect_side} ${choice.now()}`;

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
    if (probed) {
      loaded = probed.networks;
      return probed.vision;
    }
    const missing = missingParts(scope);
    try {
      if (missing.length > 0) throw new Trouble("unsupported", missing.join(", "));
      const { vision, networks } = await loadFit();
      measured(vision.backend);
      if (routing.now() === "device") {
        loaded = networks;
        return vision;
      }
      vision.close();
    } catch (error) {
      // An engine that a person named is for them to change; else the server may help.
      if (settings().backend === "auto") routing.failed();
      if (routing.now() === "device") throw error;
    }
    return null;
  }

  /**
   * Load the networks that fit now. Larger ones that nobody asked for come later, while these look.
   * @param {{onProgress?: () => void, anew?: boolean}} [options]
   */
  async function loadFit(options = {}) {
    const networks = loaded === null && choice.byItself() ? "usual" : choice.now();
    try {
      return { vision: listen(await loadNetworks({ ...wishes(), networks, ...options })), networks };
    } catch (error) {
      if (networks === "usual" || !choice.byItself()) throw error;
      choice.failed();
      return { vision: listen(await loadNetworks({ ...wishes(), ...options })), networks: choice.now() };
    }
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
    if (memory_of !== lookedWith()) memory = null;
    memory?.bridge();
    const before = taken;
    taken = routing.now();
    onWhere(taken, "connecting");
    loading += 1;
    const vision = await (taken === "device" ? device() : Promise.resolve(null)).finally(() => (loading -= 1));
    probed = null;
    taken = routing.now();
    const eyes = vision ?? (await server());
    memory = eyes.memory;
    memory_of = lookedWith();
    const moved = taken !== (before ?? "device") ? taken : null;
    return { eyes, moved, why: routing.why() };
  }

  /** Load again where another route is to be taken, or larger networks were given up. */
  function move() {
    if (taken === null) return;
    if (routing.now() !== taken) return onMove();
    const unfit = taken === "device" && loaded !== null && loaded !== "usual" && choice.now() === "usual" && choice.byItself();
    if (unfit && !probing && loading === 0) onMove();
  }

  /** Load larger networks, while the usual ones look. */
  async function improve() {
    probing = true;
    const networks = choice.now();
    try {
      const vision = listen(await loadNetworks({ ...wishes(), networks, memory: null, onProgress: () => {} }));
      const wanted = choice.now() === networks && routing.now() === "device" && taken === "device";
      if (wanted) probed = { vision, networks };
      else vision.close();
    } catch {
      choice.failed();
    }
    probing = false;
    if (probed) onMove();
  }

  const improvable = () => taken === "device" && routing.now() === "device" && loaded === "usual" && choice.byItself() && choice.now() !== "usual";

  /** Measure a device that was too slow again, while the server looks. */
  async function probe() {
    probing = true;
    try {
      const { vision, networks } = await loadFit({ onProgress: () => {}, anew: true });
      measured(vision.backend);
      if (routing.now() === "device" && taken === "server") probed = { vision, networks };
      else vision.close();
    } catch {
      routing.failed();
    }
    probing = false;
    move();
  }

  setInterval(() => {
    routing.tick(performance.now());
    // Networks that load beside may hold up the frames of those that look: a time without sight.
    if (probing) memory?.bridge();
    move();
    if (probing || document.hidden) return;
    if (routing.probeDue(performance.now())) void probe();
    else if (improvable()) void improve();
  }, TICK_MS);

  return {
    load,
    move,
    /** Whether the networks that are to look next are loaded already. */
    prepared: () => probed !== null,
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
      // Larger networks that nobody asked for go before the device does.
      const judged = loaded !== "usual" && choice.byItself() ? choice : routing;
      judged.looked(detect_ms + classify_ms, time);
      move();
    },
    /** Looking failed for good; another route may be left. @returns {boolean} */
    failed() {
      if (taken === "device") routing.failed();
      else routing.refused();
      return routing.now() !== taken;
    },
    /** A person chose networks in the settings. */
    chooseNetworks: () => choice.choose(settings().networks),
    /** A photo of a group is waited for: larger networks are worth their time. */
    group: () => choice.group(),
    /** Tell whose thresholds hold: the server looks with the usual networks. @returns {Networks} */
    networks: () => (taken === "server" ? "usual" : (loaded ?? "usual")),
    /** Another source is shown: its faces are new. */
    forget: () => memory?.reset(),
  };
}
