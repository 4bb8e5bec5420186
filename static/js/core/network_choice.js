/** Decides which networks look on this device: as a person chose, and by themselves larger ones for groups, while the device is quick enough. */

/** @typedef {"usual" | "small" | "best" | "ferplus"} Networks */
/** @typedef {"auto" | Networks} NetworksWish what a person chose */

/**
 * @typedef {object} NetworkChoiceConfig
 * @property {number} slow_ms A look with the larger networks that takes longer is too slow, in ms. Lower: more devices keep the usual ones.
 * @property {number} patience_ms How long looks must be too slow, in ms. Shorter than the patience after which the server looks.
 * @property {number} memory_ms Memory of the average look, in ms.
 */

/** @type {NetworkChoiceConfig} */
export const networkChoiceDefaults = { slow_ms: 125, patience_ms: 2000, memory_ms: 1000 };

/** @type {readonly Networks[]} Those that tell smiles in groups best come first; docs/photo.md has the numbers. */
const FOR_GROUPS = ["ferplus", "best"];

/**
 * Make what decides: `now()` names the networks that should look. By themselves larger ones are taken once a group is waited for; a device that
 * they made too slow, or that could not load them, keeps the usual ones until the page is opened again. Times are in ms.
 * @param {{wish: NetworksWish, offered: readonly string[]} & Partial<NetworkChoiceConfig>} config offered: which networks there are
 */
export function createNetworkChoice({ wish: wished, offered, ...config }) {
  const { slow_ms, patience_ms, memory_ms } = { ...networkChoiceDefaults, ...config };
  let wish = wished;
  let grouped = false;
  const larger = FOR_GROUPS.find((name) => offered.includes(name)) ?? "usual";
  let unfit = false;
  let average = 0;
  let looked_at = -Infinity;
  /** @type {number | null} */
  let slow_since = null;

  return {
    /** @returns {Networks} */
    now: () => (wish !== "auto" ? wish : grouped && !unfit ? larger : "usual"),
    /** Tell whether nobody asked for certain networks, so that larger ones can be given up. @returns {boolean} */
    byItself: () => wish === "auto",
    /** A person chose. @param {NetworksWish} next */
    choose(next) {
      wish = next;
    },
    /** A photo of a group is waited for. */
    group() {
      grouped = true;
    },
    /** The larger networks looked at a frame. @param {number} took_ms @param {number} time */
    looked(took_ms, time) {
      average += (1 - Math.exp((looked_at - time) / memory_ms)) * (took_ms - average);
      looked_at = time;
      if (average <= slow_ms) slow_since = null;
      else if (slow_since === null) slow_since = time;
      else if (time - slow_since >= patience_ms) unfit = true;
    },
    /** The larger networks could not be loaded. */
    failed() {
      unfit = true;
    },
  };
}
