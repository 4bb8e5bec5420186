// What a person chose, kept in this browser only. One table of name, default and allowed values.

/**
 * @typedef {object} Settings
 * @property {boolean} mirror the front camera like a mirror
 * @property {boolean} overlay boxes and labels on the picture
 * @property {boolean} bars probability bars on the picture
 * @property {"320" | "640"} detect_side longest side of the picture the detector sees
 * @property {"system" | "light" | "dark"} theme
 * @property {"auto" | "webgpu" | "webgl" | "wasm"} backend
 * @property {boolean} announce changes to screen readers
 * @property {boolean} statistics panel shown
 * @property {string} camera device id, empty for the default
 * @property {"user" | "environment"} facing
 */

/** @type {Settings} */
export const DEFAULTS = {
  mirror: true,
  overlay: true,
  bars: true,
  detect_side: "320",
  theme: "system",
  backend: "auto",
  announce: true,
  statistics: false,
  camera: "",
  facing: "user",
};

/** @type {Record<string, readonly string[]>} */
const CHOICES = {
  detect_side: ["320", "640"],
  theme: ["system", "light", "dark"],
  backend: ["auto", "webgpu", "webgl", "wasm"],
  facing: ["user", "environment"],
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
      Object.hasOwn(DEFAULTS, name) &&
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
