// What can go wrong before or while looking, and what to do about each: the words, apart from the page.
import { t } from "../translate.js";

/**
 * @typedef {object} Problem
 * @property {string} title
 * @property {string} text
 * @property {string[]} steps what to do, in order; may be empty
 * @property {boolean} retry whether trying again can help
 */
/** @typedef {"insecure" | "unsupported" | "denied" | "no_camera" | "in_use" | "unplugged" | "camera_failed" | "models_failed" | "refused" | "bad_file" | "foreign_source" | "bad_source"} ProblemName */

/**
 * Say where this browser keeps its camera permission.
 * @param {string} agent the user agent
 * @returns {string[]}
 */
export function permissionSteps(agent) {
  if (/iPhone|iPad/.test(agent)) {
    return [t("Tap the page-settings button beside the address (aA or ⋯) and choose Website Settings."), t("Set Camera to Allow."), t("Reload the page.")];
  }
  if (/Firefox\//.test(agent)) {
    return [t("Click the crossed-out camera at the left of the address."), t("Remove “Blocked” beside the camera with the ×."), t("Press Try again and allow the camera.")];
  }
  if (/Android/.test(agent)) {
    return [t("Tap the icon at the left of the address and choose Permissions."), t("Allow the camera."), t("Press Try again.")];
  }
  if (/Chrome\/|Edg\//.test(agent)) {
    return [t("Click the icon at the left of the address (or the crossed-out camera at its right)."), t("Switch Camera on."), t("Press Try again.")];
  }
  return [t("Open Safari’s menu, choose Settings for This Website."), t("Set Camera to Allow."), t("Reload the page.")];
}

/** @type {Record<ProblemName, (detail: string, agent: string) => Problem>} */
const PROBLEMS = {
  insecure: (host) => ({
    title: t("This address cannot use a camera"),
    text: t("Browsers give the camera only to secure addresses, and %(address)s is not one.", { address: `http://${host}` }),
    steps: [t("On the machine that runs AllSmiles, open http://localhost with the same port."), t("On other devices, serve it over https; the guide to deployment shows how."), t("Or open a picture or video here: that works at any address.")],
    retry: false,
  }),
  unsupported: (missing) => ({
    title: t("This browser lacks what AllSmiles needs"),
    text: t("A current Chrome, Edge, Firefox or Safari has everything. Where the settings offer it, the server can look instead. (Here: %(missing)s.)", { missing }),
    steps: [],
    retry: false,
  }),
  refused: (detail) => ({
    title: t("The server does not look at pictures"),
    text: t("It says: %(detail)s Choose “This device” in the settings, or try again later.", { detail }),
    steps: [],
    retry: true,
  }),
  denied: (_, agent) => ({
    title: t("The camera is blocked for this page"),
    text: t("Pictures are looked at and dropped at once, on this device unless the page says otherwise. To allow the camera:"),
    steps: permissionSteps(agent),
    retry: true,
  }),
  no_camera: () => ({
    title: t("No camera found"),
    text: t("Plug one in and it starts by itself, or open a picture or video instead."),
    steps: [],
    retry: true,
  }),
  in_use: () => ({
    title: t("Another program is using the camera"),
    text: t("Close the call or the program that uses it, then try again."),
    steps: [],
    retry: true,
  }),
  unplugged: () => ({
    title: t("The camera went away"),
    text: t("Plug it in again and it goes on by itself."),
    steps: [],
    retry: true,
  }),
  camera_failed: (detail) => ({
    title: t("The camera did not start"),
    text: t("The browser says: %(detail)s. Try again, or choose another camera in the settings.", { detail }),
    steps: [],
    retry: true,
  }),
  models_failed: (detail) => ({
    title: t("The networks did not load"),
    text: t("Check the connection and try again. If this is your own server, its log and /readyz say what is missing. (%(detail)s)", { detail }),
    steps: [],
    retry: true,
  }),
  bad_file: (name) => ({
    title: t("This file cannot be shown"),
    text: t("%(name)s is not a picture or video that this browser can open. JPEG, PNG, WebP, MP4 and WebM work everywhere.", { name }),
    steps: [],
    retry: false,
  }),
  foreign_source: (address) => ({
    title: t("Only pictures of this server can be opened by address"),
    text: t("%(address)s lies elsewhere. Download it and drop it here instead.", { address }),
    steps: [],
    retry: false,
  }),
  bad_source: (address) => ({
    title: t("There is no picture or video at that address"),
    text: t("%(address)s could not be opened. Check the address after source=.", { address }),
    steps: [],
    retry: false,
  }),
};

/** An error a person is told about, by the name of its problem. */
export class Trouble extends Error {
  /** @param {ProblemName} problem @param {string} [detail] */
  constructor(problem, detail = "") {
    super(detail ? `${problem}: ${detail}` : problem);
    this.problem = problem;
    this.detail = detail;
  }
}

/**
 * Put a problem into words.
 * @param {ProblemName} name
 * @param {string} [detail] host, file name or the browser's own message
 * @param {string} [agent] the user agent
 * @returns {Problem}
 */
export const describeProblem = (name, detail = "", agent = "") => PROBLEMS[name](detail, agent);

/**
 * Name the problem behind what getUserMedia throws.
 * @param {unknown} error
 * @returns {Trouble}
 */
export function cameraTrouble(error) {
  const { name = "", message = "" } = /** @type {{name?: string, message?: string}} */ (error ?? {});
  if (["NotAllowedError", "SecurityError", "PermissionDeniedError"].includes(name)) return new Trouble("denied");
  if (["NotFoundError", "DevicesNotFoundError", "OverconstrainedError"].includes(name)) return new Trouble("no_camera");
  if (["NotReadableError", "TrackStartError", "AbortError"].includes(name)) return new Trouble("in_use");
  return new Trouble("camera_failed", message || name || t("no reason given"));
}

/**
 * List what the browser lacks to look by itself, in words; the server can look for it.
 * @param {Record<string, unknown>} scope globalThis, or a stand-in
 * @returns {string[]}
 */
export function missingParts(scope) {
  const needed = { Worker: t("background workers"), WebAssembly: "WebAssembly", createImageBitmap: t("image bitmaps"), OffscreenCanvas: t("drawing in the background") };
  return Object.entries(needed).filter(([name]) => !(name in scope)).map(([, words]) => words);
}

/** A module whose one function adds vectors: valid only where WebAssembly has SIMD. */
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

/**
 * Tell whether a browser is likely to look quickly enough: it has all parts, and WebAssembly with SIMD.
 * @param {Record<string, any>} scope globalThis, or a stand-in
 */
export const canLook = (scope) => missingParts(scope).length === 0 && scope.WebAssembly.validate(Uint8Array.from(SIMD));
