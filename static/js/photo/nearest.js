// The frame of a video that was taken nearest to a moment, by the time the camera gives it, whatever the page is busy with.
import { grabBitmap } from "./still.js";

/** @typedef {{bitmap: ImageBitmap, time: number}} Frame `time` when the camera took it, in ms on this page's clock; close the bitmap */
/** @typedef {{captureTime?: number, presentationTime?: number}} Metadata of requestVideoFrameCallback; only cameras give the first */

/** A frame later than this is not waited for. */
const LATE_MS = 1000;

/**
 * Tell when a frame was taken: by the camera where it says so, else when the browser had it.
 * @param {Metadata} metadata
 * @param {number} now ms
 */
export const takenAt = ({ captureTime, presentationTime }, now) => captureTime ?? presentationTime ?? now;

/**
 * Hold the nearer of frames as they come, in order of time.
 * @template T
 * @param {number} moment in ms
 * @param {(given_up: T) => void} close
 */
export function createNearest(moment, close) {
  /** @type {{frame: T, time: number} | null} */
  let held = null;
  return {
    /** Whether a frame of that time would be held. @param {number} time */
    wants: (time) => held === null || Math.abs(time - moment) < Math.abs(held.time - moment),
    /** @param {T} frame @param {number} time */
    hold(frame, time) {
      if (held) close(held.frame);
      held = { frame, time };
    },
    held: () => held,
  };
}

/**
 * Follow a video until its frames are past a moment.
 * @param {HTMLVideoElement} video
 * @param {number} moment in ms on this page's clock, a little ahead
 * @returns {Promise<Frame | null>} null where the video gave none
 */
export function frameNearest(video, moment) {
  /** @type {ReturnType<typeof createNearest<Promise<ImageBitmap | null>>>} */
  const nearest = createNearest(moment, (bitmap) => void bitmap.then((one) => one?.close()));
  return new Promise((resolve) => {
    let over = false;
    async function end() {
      if (over) return;
      over = true;
      clearTimeout(patience);
      const held = nearest.held();
      const bitmap = await held?.frame;
      resolve(held && bitmap ? { bitmap, time: held.time } : null);
    }
    const patience = setTimeout(end, Math.max(0, moment + LATE_MS - performance.now()));
    /** @param {number} now @param {Metadata} metadata */
    function see(now, metadata) {
      if (over) return;
      const time = takenAt(metadata, now);
      if (nearest.wants(time)) nearest.hold(grabNow(video), time);
      if (time >= moment) void end();
      else next(video, see);
    }
    next(video, see);
  });
}

/** @param {HTMLVideoElement} video */
const grabNow = async (video) => grabBitmap(video).catch(() => null);

/** @param {HTMLVideoElement} video @param {(now: number, metadata: Metadata) => void} see */
function next(video, see) {
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(see);
  else requestAnimationFrame(() => see(performance.now(), {}));
}
