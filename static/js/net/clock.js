// The server's clock as this page knows it, measured as NTP does: ask, halve the way, trust the quickest answers.

/** @typedef {{offset: number, round_trip: number}} Probe in ms */

const KEPT = 8;

/**
 * @returns `add(sent, server, received)` takes one probe, `offset()` is what to add to this page's clock, `error()` how wrong that may be at most,
 *   `reset()` forgets; all in ms
 */
export function createClock() {
  /** @type {Probe[]} */
  let probes = [];
  const best = () => probes.reduce((/** @type {Probe | null} */ least, probe) => (least && least.round_trip <= probe.round_trip ? least : probe), null);

  return {
    /** @param {number} sent on this page's clock @param {number} server the server's answer @param {number} received on this page's clock */
    add(sent, server, received) {
      if (![sent, server, received].every(Number.isFinite) || received < sent) return;
      probes = [...probes, { offset: server - (sent + received) / 2, round_trip: received - sent }].slice(-KEPT);
    },
    /** @returns {number | null} null before the first answer */
    offset: () => best()?.offset ?? null,
    /** @returns {number} an answer may have spent all of its way in one direction */
    error: () => (best()?.round_trip ?? Infinity) / 2,
    reset() {
      probes = [];
    },
  };
}
