// The overlay canvas: drawn on every animation frame, whatever the looking loop does.
import { byId, part } from "../ui/dom.js";
import { createOverlay } from "../ui/overlay.js";
import { createRate, createStatistics } from "../ui/statistics.js";
import { fitView } from "../ui/view.js";

/** @typedef {import("../contract.js").Face} Face */
/** @typedef {import("../contract.js").Stats} Stats */
/** @typedef {import("../ui/view.js").View} View */
/** @typedef {ReturnType<ReturnType<typeof createOverlay>["places"]>} Places */
/** @typedef {(context: CanvasRenderingContext2D, places: Places, time: number, calm: boolean) => void} Painter */

/**
 * @param {object} parts
 * @param {ReturnType<typeof import("./picture.js").createPicture>} parts.picture
 * @param {ReturnType<typeof import("../ui/settings.js").createSettings>} parts.settings
 * @param {() => Stats} parts.stats
 * @param {() => import("../core/network_choice.js").Networks} parts.networks that look
 */
export function createCanvas({ picture, settings, stats, networks }) {
  const canvas = byId("overlay", HTMLCanvasElement);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas for the overlay: close other tabs and reload the page");
  const overlay = createOverlay();
  const showStatistics = createStatistics(part("statistics"));
  const video_rate = createRate();
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let mirrored = false;
  let drawn = false;
  /** @type {Painter | null} */
  let painter = null;

  /** @returns {View} */
  function view() {
    const stage = { width: canvas.clientWidth || 1, height: canvas.clientHeight || 1 };
    const { width, height } = picture.size();
    return fitView(stage, { width: width || 1, height: height || 1 }, mirrored);
  }

  /** Match the canvas to its place on the screen, sharp on fine screens. @param {View} at @returns {number} pixels per point */
  function fit(at) {
    const ratio = Math.min(devicePixelRatio, 2);
    const [width, height] = [Math.round(at.width * ratio), Math.round(at.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    return ratio;
  }

  /** @param {number} time in ms */
  function frame(time) {
    requestAnimationFrame(frame);
    overlay.step(time, calm.matches);
    const wanted = (painter !== null || settings.get().overlay) && picture.kind() !== null && overlay.size() > 0;
    if (wanted || drawn) {
      const at = view();
      const ratio = fit(at);
      context?.setTransform(ratio, 0, 0, ratio, 0, 0);
      context?.clearRect(0, 0, at.width, at.height);
      if (wanted && context && painter) painter(context, overlay.places(at), time, calm.matches);
      else if (wanted && context) overlay.paint(context, at, settings.get().bars);
      drawn = wanted;
    }
    const { width, height } = picture.size();
    showStatistics(stats(), { video_fps: video_rate.rate(time), size: `${width} × ${height}`, networks: networks() }, time);
  }

  /** Count the video's own frames. */
  function countVideo() {
    const video = byId("video", HTMLVideoElement);
    if (!("requestVideoFrameCallback" in video)) return;
    const count = (/** @type {number} */ now) => {
      video_rate.tick(now);
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
  }

  countVideo();
  requestAnimationFrame(frame);
  return {
    faces: overlay.faces,
    reset: overlay.reset,
    view,
    /** @param {CanvasRenderingContext2D} onto @param {View} at */
    paint: (onto, at) => overlay.paint(onto, at, settings.get().bars),
    /** Draw something else than boxes and labels round the faces; null for those again. @param {Painter | null} next */
    setPainter: (next) => {
      painter = next;
    },
    mirrored: () => mirrored,
    /** @param {boolean} value */
    setMirrored: (value) => {
      mirrored = value;
    },
  };
}
