// The panel of numbers, for those who ask.
import { t } from "../translate.js";
import { make } from "./dom.js";

/** @typedef {import("../contract.js").Stats} Stats */
/** @typedef {import("../core/network_choice.js").Networks} Networks */

const EVERY_MS = 500;

/**
 * Put numbers into rows of name and value.
 * @param {Stats} stats
 * @param {{video_fps: number, size: string, networks: Networks}} picture
 * @returns {[string, string][]}
 */
export const statisticsRows = (stats, { video_fps, size, networks }) => [
  [t("backend"), stats.backend],
  [t("networks"), networksWord(networks)],
  [t("picture"), size],
  [t("video"), video_fps ? `${video_fps.toFixed(0)} fps` : t("still")],
  [t("looks"), t("%(rate)s a second", { rate: stats.fps.toFixed(1) })],
  ...workRows(stats),
  [t("looked at"), String(stats.frames)],
];

/** @param {Networks} networks */
const networksWord = (networks) => ({ usual: t("usual"), small: t("smallest"), best: t("best"), ferplus: t("ten people") })[networks];

/** @param {Stats} stats @returns {[string, string][]} */
const workRows = ({ detect_ms, classify_ms, tensors, round_trip_ms }) =>
  typeof round_trip_ms === "number"
    ? [[t("server looks"), `${detect_ms.toFixed(1)} ms`], [t("there and back"), `${round_trip_ms.toFixed(0)} ms`]]
    : [[t("find faces"), `${detect_ms.toFixed(1)} ms`], [t("classify"), `${classify_ms.toFixed(1)} ms`], [t("tensors"), String(tensors)]];

/** @param {HTMLElement} panel */
export function createStatistics(panel) {
  let last = -Infinity;
  /** @param {Stats} stats @param {{video_fps: number, size: string, networks: Networks}} picture @param {number} time in ms */
  return function show(stats, picture, time) {
    if (panel.hidden || time - last < EVERY_MS) return;
    last = time;
    panel.replaceChildren(...statisticsRows(stats, picture).flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]));
  };
}

/** Count how often something happens in a second. @returns `tick(time)` and `rate(time)`, both in ms */
export function createRate() {
  /** @type {number[]} */
  let times = [];
  return {
    /** @param {number} time */
    tick: (time) => {
      times = [...times.filter((one) => time - one < 1000), time];
    },
    /** @param {number} time @returns {number} */
    rate: (time) => times.filter((one) => time - one < 1000).length,
  };
}
