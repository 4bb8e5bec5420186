// What a person chose, kept in this browser only. One table of name, default and allowed values.

/**
 * @typedef {object} Settings
 * @property {boolean} mirror the front camera like a mirror
 * @property {boolean} overlay boxes and labels on the picture
 * @property {boolean} bars probability bars on the picture
 * @property {"320" | "640"} detect_side longest side of the picture the detector sees
 * @property {"system" | "light" | "dark"} theme
 * @property {"auto" | "webgpu" | "webgl" | "wasm"} backend
 * @property {import("../core/network_choice.js").NetworksWish} networks which of the networks look on this device
 * @property {"auto" | "device" | "server"} route where frames are looked at
 * @property {boolean} announce changes to screen readers
 * @property {boolean} statistics panel shown
 * @property {string} camera device id, empty for the default
 * @property {"user" | "environment"} facing
 * @property {"low" | "medium" | "high"} photo_sensitivity how readily a smile counts for a group photo
 * @property {"300" | "600" | "1200"} photo_hold_ms how long everybody must smile
 * @property {"0" | "2" | "3" | "5"} photo_countdown seconds
 * @property {boolean} photo_sound
 * @property {boolean} photo_flash
 * @property {boolean} photo_mirror photos are kept as in a mirror
 * @property {boolean} photo_continuous the next photo is waited for by itself
 * @property {boolean} photo_moment the second before the smile is kept as a GIF
 * @property {boolean} photo_faces expressions are kept with the photo
 * @property {"single" | "strip" | "grid"} photo_layout
 * @property {"none" | "white" | "dark" | "sunny"} photo_frame
 * @property {string} photo_title the event's name, written on photos
 * @property {boolean} photo_date the date is written on photos
 */

/** @type {Settings} */
export const DEFAULTS = {
  mirror: true,
  overlay: true,
  bars: true,
  detect_side: "320",
  theme: "system",
  backend: "auto",
  networks: "auto",
  route: "auto",
  announce: true,
  statistics: false,
  camera: "",
  facing: "user",
  photo_sensitivity: "medium",
  photo_hold_ms: "600",
  photo_countdown: "3",
  photo_sound: true,
  photo_flash: true,
  photo_mirror: false,
  photo_continuous: false,
  photo_moment: true,
  photo_faces: false,
  photo_layout: "single",
  photo_frame: "none",
  photo_title: "",
  photo_date: false,
};

/** @type {Record<string, readonly string[]>} */
const CHOICES = {
  detect_side: ["320", "640"],
  theme: ["system", "light", "dark"],
  backend: ["auto", "webgpu", "webgl", "wasm"],
  networks: ["auto", "usual", "small", "best", "ferplus"],
  route: ["auto", "device", "server"],
  facing: ["user", "environment"],
  photo_sensitivity: ["low", "medium", "high"],
  photo_hold_ms: ["300", "600", "1200"],
  photo_countdown: ["0", "2", "3", "5"],
  photo_layout: ["single", "strip", "grid"],
  photo_frame: ["none", "white", "dark", "sunny"],
};
const KEY = "allsmiles.settings";

/**
 * Take what is valid of stored settings, and defaults for the rest.
 * @param {string | null} text
 * @returns {Settings}
 */
export function readSettings(text) {
  /** @type {Record<string, unknown>} */
  let stored = {};
  try {
    stored = Object(JSON.parse(text ?? "{}"));
  } catch {
    // Another program's or an older value: the defaults are right.
  }
  const valid = Object.entries(stored).filter(
    ([name, value]) =>
      Object.keys(DEFAULTS).includes(name) &&
      typeof value === typeof DEFAULTS[/** @type {keyof Settings} */ (name)] &&
      (!CHOICES[name] || CHOICES[name].includes(String(value))),
  );
  return { ...DEFAULTS, ...Object.fromEntries(valid) };
}

/**
 * Hold the settings and tell who listens.
 * @param {Pick<Storage, "getItem" | "setItem" | "removeItem"> | null} storage null where the browser keeps nothing
 */
export function createSettings(storage) {
  let values = readSettings(storage?.getItem(KEY) ?? null);
  /** @type {Set<(settings: Settings, changed: keyof Settings | null) => void>} */
  const listeners = new Set();

  /** @param {keyof Settings | null} changed */
  const tell = (changed) => listeners.forEach((listener) => listener(values, changed));

  /** @template {keyof Settings} K @param {K} name @param {Settings[K]} value */
  function set(name, value) {
    if (values[name] === value) return;
    values = { ...values, [name]: value };
    try {
      storage?.setItem(KEY, JSON.stringify(values));
    } catch {
      // A full or forbidden store: the choice holds until the page closes.
    }
    tell(name);
  }

  function forget() {
    storage?.removeItem(KEY);
    values = { ...DEFAULTS };
    tell(null);
  }

  /** @param {(settings: Settings, changed: keyof Settings | null) => void} listener @returns {() => void} its own end */
  function subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return { get: () => values, set, forget, subscribe };
}

/** Find the browser's store, or null where it is forbidden. */
export function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
