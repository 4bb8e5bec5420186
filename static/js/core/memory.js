/** What is remembered of a stream, wherever its frames are looked at: numbers, calm labels and the judged group. */

import { createGrouper } from "./group.js";
import { createSmoother } from "./smooth.js";
import { createTracker } from "./track.js";

/** @typedef {import('../contract.js').Detection} Detection */
/** @typedef {import('../contract.js').Face} Face */
/** @typedef {import('../contract.js').Group} Group */
/** @typedef {import('./smooth.js').Look} Look */
/** @typedef {Detection & {look: Look | null}} Sighting a face in one frame alone; without a look it was not its turn */
/** @typedef {import('./smooth.js').SmoothThresholds & {smile_threshold: number}} Thresholds */
/** @typedef {{smile_label?: string, calibration?: {unsure_below: number, smile_threshold?: number}}} Judging of a manifest */

/** The longest time without sight after which faces may still be taken for those before, in ms. */
const LONGEST_BRIDGE_MS = 60_000;
/** A look that took longer was a time without sight, in ms: its successor is no stranger. */
export const SLOW_LOOK_MS = 1000;
/** How much of such a time counts, in ms: about two frames of a slow device. */
const BRIDGED_MS = 200;

/**
 * Take what the manifests say about labels.
 * @param {{emotion: Judging, gender: Judging}} manifests
 * @returns {Thresholds}
 */
export const thresholdsOf = ({ emotion, gender }) => ({
  smile_label: emotion.smile_label ?? "happy",
  emotion_unsure_below: emotion.calibration?.unsure_below ?? 0,
  gender_unsure_below: gender.calibration?.unsure_below ?? 0,
  smile_threshold: emotion.calibration?.smile_threshold ?? 0.5,
});

/** @typedef {ReturnType<typeof createMemory>} Memory */

/**
 * Make a memory.
 *
 * `see(sightings, time)` takes what was seen in the frame of `time` (ms) and returns the faces to show and their group.
 * `bridge()` says that nobody could look until the next frame, as after a lost connection: the time between counts as
 * a moment, so that whoever is still where they were keeps their number.
 * @param {Thresholds} thresholds
 * @param {boolean} [still] every frame stands alone
 */
export function createMemory(thresholds, still = false) {
  const track = createTracker({ still });
  const smooth = createSmoother({ ...thresholds, still });
  const group = createGrouper({ smile_threshold: thresholds.smile_threshold, still });
  let last = -Infinity;
  let skipped = 0;
  let bridging = false;

  /** @param {number} time ms @returns {number} ms that count */
  function counted(time) {
    const gap = time - last;
    if (bridging && gap > BRIDGED_MS && gap <= LONGEST_BRIDGE_MS) skipped += gap - BRIDGED_MS;
    bridging = false;
    last = time;
    return time - skipped;
  }

  return {
    /**
     * @param {readonly Sighting[]} sightings
     * @param {number} time ms
     * @returns {{faces: Face[], group: Group}}
     */
    see(sightings, time) {
      const now = counted(time);
      const tracks = track(sightings, now);
      // A track that was seen holds the very box of its detection.
      const ids = new Map(tracks.filter(({ visible }) => visible).map(({ box, id }) => [box, id]));
      /** @type {Map<number, Look>} */
      const looks = new Map();
      for (const { box, look } of sightings) if (look && ids.has(box)) looks.set(ids.get(box) ?? 0, look);
      const faces = smooth(tracks, looks, now);
      return { faces, group: group(faces, now) };
    },
    bridge() {
      bridging = true;
    },
    /** Forget everybody. */
    reset() {
      track.reset();
      smooth.reset();
      group.reset();
      last = -Infinity;
      skipped = 0;
      bridging = false;
    },
    thresholds,
  };
}
