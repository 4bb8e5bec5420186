// Loads the networks as the settings and the address say, and remembers which backend was fastest here.
import { part } from "../ui/dom.js";
import { Trouble } from "../ui/problems.js";
import { fetchModel } from "../vision/models.js";
import { createVision } from "../vision/vision.js";

/** @typedef {import("../ui/settings.js").Settings} Settings */
/** @typedef {import("./eyes.js").Vision} Vision */

const KEY = "allsmiles.backend";
const BACKENDS = ["auto", "webgpu", "webgl", "wasm"];

/**
 * Choose the backend to ask for: the address's (`?backend=wasm`) before the settings'.
 * @param {string} query of the page's address
 * @param {Settings} settings
 */
export function wantedBackend(query, settings) {
  const named = new URLSearchParams(query).get("backend") ?? "";
  return BACKENDS.includes(named) ? named : settings.backend;
}

/**
 * Choose the route to wish for: the address's (`?route=server`) before the settings'. Who names an engine means this device's.
 * @param {string} query of the page's address
 * @param {Settings} settings
 * @returns {import("../core/routing.js").Wish}
 */
export function wantedRoute(query, settings) {
  const asked = new URLSearchParams(query);
  const named = asked.get("route") ?? (BACKENDS.includes(asked.get("backend") ?? "") ? "device" : "");
  return named === "auto" || named === "device" || named === "server" ? named : settings.route;
}

/**
 * Name the folders of the networks that are wished for.
 * @param {string | undefined} offered by the page: each choice with its folders, as JSON
 * @param {import("../core/network_choice.js").Networks} choice
 * @returns {{emotion?: string, gender?: string}} the usual networks where nothing else is offered
 */
export function networkFolders(offered, choice) {
  return JSON.parse(offered || "{}")[choice]?.folders ?? {};
}

/** Name the networks that the page offers. @returns {string[]} */
export const offeredNetworks = () => Object.keys(JSON.parse(part("main").dataset.networks || "{}"));

/**
 * Fetch the calibration of an emotion network of this device.
 * @param {import("../core/network_choice.js").Networks} choice
 */
export async function emotionCalibration(choice) {
  const { models = "/static/models/", networks: offered } = part("main").dataset;
  const manifest = await (await fetch(`${models}${networkFolders(offered, choice).emotion ?? "emotion"}/manifest.json`)).json();
  return /** @type {import("../vision/models.js").Manifest} */ (manifest).calibration;
}

/** @param {Storage | null} storage @param {string} key @returns {unknown} what was measured on an earlier visit */
function remembered(storage, key) {
  try {
    return JSON.parse(storage?.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Storage | null} storage @param {string} key @param {unknown} choice */
function remember(storage, key, choice) {
  try {
    storage?.setItem(key, JSON.stringify(choice));
  } catch {
    // A full or forbidden store: it is measured again on the next visit.
  }
}

/**
 * Keep networks that not everybody has for use without a network: on the first visit they may be there before the service worker that keeps them.
 * @param {string} models_url
 * @param {{emotion?: string, gender?: string}} folders
 */
function keep(models_url, folders) {
  const { serviceWorker } = navigator;
  if (!serviceWorker || serviceWorker.controller) return;
  const again = () => Object.values(folders).map((folder) => fetchModel(`${models_url}${folder}/`).catch(() => {}));
  serviceWorker.addEventListener("controllerchange", again, { once: true });
}

/**
 * Load all networks.
 * @param {{models_url: string, query: string, settings: Settings, storage: Storage | null, onProgress: (progress: any) => void,
 *   networks?: import("../core/network_choice.js").Networks, folders?: {emotion?: string, gender?: string}, memory?: import("../core/memory.js").Memory | null, anew?: boolean}} wishes
 *   `folders` of networks before those of `networks`; `anew`: measure, whatever is remembered
 * @returns {Promise<Vision>}
 * @throws {Trouble} if they cannot be loaded or no backend passes its self-test
 */
export async function loadNetworks({ models_url, query, settings, storage, onProgress, networks = "usual", folders = {}, memory = null, anew = false }) {
  const key = networks === "usual" ? KEY : `${KEY}.${networks}`;
  const chosen = { ...networkFolders(part("main").dataset.networks, networks), ...folders };
  keep(models_url, chosen);
  try {
    const vision = await createVision({
      models_url,
      folders: chosen,
      backend: /** @type {any} */ (wantedBackend(query, settings)),
      remembered: /** @type {any} */ (anew ? null : remembered(storage, key)),
      anew,
      memory,
      detect_side: Number(settings.detect_side),
      onProgress,
    });
    remember(storage, key, vision.backend);
    return vision;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new Trouble(name === "UnsupportedBrowser" ? "unsupported" : "models_failed", message);
  }
}
