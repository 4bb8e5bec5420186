/** Decides where frames are looked at, on the device or on the server, from what happened so far. */

/** @typedef {"device" | "server"} Route */
/** @typedef {"auto" | Route} Wish what a person chose */
/** @typedef {"both" | Route} Allowed what the operator allows */

/**
 * @typedef {object} RoutingConfig
 * @property {number} slow_ms A look that takes longer is too slow, in ms. Lower: more devices go to the server.
 * @property {number} well_ms A device that was too slow is well again below this, in ms.
 * @property {number} patience_ms How long looks must be too slow, in ms. Longer: a busy moment moves nothing.
 * @property {number} memory_ms Memory of the average look, in ms.
 * @property {number} probe_ms After how long a slow device is measured again, in ms; doubles each time in vain.
 * @property {number} longest_probe_ms The longest such pause, in ms.
 * @property {number} unanswered_ms How long the server may not answer before a device that can takes over, in ms.
 * @property {number} retry_ms After how long a silent server is tried again by a device that is too slow, in ms.
 */

/** @type {RoutingConfig} */
export const routingDefaults = {
  slow_ms: 300,
  well_ms: 150,
  patience_ms: 3000,
  memory_ms: 1500,
  probe_ms: 60_000,
  longest_probe_ms: 960_000,
  unanswered_ms: 5000,
  retry_ms: 60_000,
};

/**
 * Make what decides: `now()` is the route to take. In automatic choice the device looks where it can and is quick
 * enough, else the server where it answers, else the device, slowly. Times are in ms.
 * @param {{allowed: Allowed, able: boolean, wish: Wish} & Partial<RoutingConfig>} config able: the browser has what it takes
 */
export function createRouting({ allowed, able, wish: wished, ...config }) {
  const settings = { ...routingDefaults, ...config };
  let wish = wished;
  let slow = false;
  let average = 0;
  let looked_at = -Infinity;
  /** @type {number | null} */
  let slow_since = null;
  let probe_at = Infinity;
  let probe_wait = settings.probe_ms;
  let silent = false;
  /** @type {number | null} */
  let silent_since = null;
  let retry_at = Infinity;

  /** @param {number} time */
  function tooSlow(time) {
    if (slow) probe_wait = Math.min(settings.longest_probe_ms, probe_wait * 2);
    slow = true;
    slow_since = null;
    probe_at = time + probe_wait;
  }

  return {
    /** @returns {Route} */
    now() {
      if (allowed !== "both") return allowed;
      if (wish !== "auto") return wish;
      if (able && (!slow || silent)) return "device";
      return "server";
    },
    /** @returns {"chosen" | "unable" | "silent" | "slow" | "quick"} what the route of now() rests on */
    why() {
      if (allowed !== "both" || wish !== "auto") return "chosen";
      if (!able) return "unable";
      return slow ? (silent ? "silent" : "slow") : "quick";
    },
    /** A person chose. @param {Wish} next */
    choose(next) {
      wish = next;
    },
    /** The device looked at a frame. @param {number} took_ms @param {number} time */
    looked(took_ms, time) {
      const share = 1 - Math.exp((looked_at - time) / settings.memory_ms);
      average += share * (took_ms - average);
      looked_at = time;
      if (average <= settings.slow_ms) slow_since = null;
      else if (slow_since === null) slow_since = time;
      else if (!slow && time - slow_since >= settings.patience_ms) tooSlow(time);
    },
    /** The device was measured: at the start, after a loss of its engine, or because a slow one may be well again. @param {number} took_ms @param {number} time */
    measured(took_ms, time) {
      if (took_ms > (slow ? settings.well_ms : settings.slow_ms)) return tooSlow(time);
      slow = false;
      slow_since = null;
      average = took_ms;
      looked_at = time;
      probe_at = Infinity;
    },
    /** The device cannot look at all. */
    failed() {
      able = false;
    },
    /** The server answers. */
    answered() {
      silent = false;
      silent_since = null;
    },
    /** The server does not answer, or is too busy to. @param {number} time */
    unanswered(time) {
      silent_since ??= time;
    },
    /** The server will not look at frames of this page, whatever comes. */
    refused() {
      silent = true;
      retry_at = Infinity;
    },
    /** Let time pass. @param {number} time */
    tick(time) {
      if (silent_since !== null && !silent && time - silent_since >= settings.unanswered_ms) {
        silent = true;
        silent_since = null;
        retry_at = time + settings.retry_ms;
      } else if (silent && time >= retry_at) {
        silent = false;
        silent_since = null;
        retry_at = Infinity;
      }
    },
    /** Tell whether a device that was too slow should be measured again. @param {number} time */
    probeDue: (time) => allowed === "both" && wish === "auto" && able && slow && !silent && time >= probe_at,
  };
}
