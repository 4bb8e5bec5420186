// window.allsmiles: the latest look, read-only, for support and tests.

/** @typedef {import("../contract.js").Face} Face */
/** @typedef {import("./looking.js").Look} Look */

/** @type {Look} */
const NOTHING = {
  faces: [],
  group: { faces: 0, smiling: 0, ready: false, people: [] },
  stats: { backend: "", fps: 0, detect_ms: 0, classify_ms: 0, frames: 0, tensors: 0 },
};

/** @returns `publish(look)` and `latest()`; the page itself reads what it publishes */
export function createPublished() {
  let look = NOTHING;
  const view = Object.freeze({
    get faces() {
      return look.faces;
    },
    get group() {
      return look.group;
    },
    get stats() {
      return look.stats;
    },
  });
  Object.defineProperty(globalThis, "allsmiles", { value: view, writable: false, configurable: false });
  return {
    /** @param {Look} next */
    publish: (next) => {
      look = { faces: [...next.faces], group: next.group, stats: next.stats };
      Object.freeze(look.faces);
    },
    /** Nobody is looked at any more; the numbers stay. */
    clear: () => {
      look = { ...NOTHING, stats: look.stats };
    },
    latest: () => look,
  };
}
