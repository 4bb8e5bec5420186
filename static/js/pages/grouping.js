// The judge of groups that photos wait for: thresholds of the network that looks, faces far behind left out.
import { createGrouper } from "../core/group.js";
import { smileThreshold } from "../core/sensitivity.js";

/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../core/sensitivity.js").Sensitivity} Sensitivity */
/** @typedef {{photo_sensitivity: Sensitivity, networks: "default" | "small" | "best"}} Wishes */

/** Faces lower than this share of the largest are background: some three times as far away. */
const BACKGROUND_BELOW = 0.35;

/**
 * Make a judge that follows the settings, and where the looking happens: the server looks with its usual networks, whatever is chosen here.
 * @param {() => Wishes} wishes the settings now
 * @param {(networks: Wishes["networks"]) => Promise<Parameters<typeof smileThreshold>[0]>} calibrationOf of the emotion network of a choice
 */
export function createJudge(wishes, calibrationOf) {
  let group = grouper(null, "medium");
  let served = false;
  let turn = 0;

  /** Start anew with what the settings say now. */
  async function renew() {
    const mine = ++turn;
    const { photo_sensitivity, networks } = wishes();
    const calibration = await calibrationOf(served ? "default" : networks).catch(() => null);
    if (mine === turn) group = grouper(calibration, photo_sensitivity);
  }

  return {
    renew,
    /** A setting has changed; null: all of them. @param {string | null} name */
    changed(name) {
      if ([null, "photo_sensitivity", "networks"].includes(name)) void renew();
    },
    /**
     * @param {Pick<import("./looking.js").Look, "faces" | "stats">} look
     * @param {number} time in ms
     * @returns {Group}
     */
    judge({ faces, stats }, time) {
      if (served !== (stats.backend === "server")) {
        served = !served;
        void renew();
      }
      return group(faces, time);
    },
    reset: () => group.reset(),
  };
}

/** @param {Parameters<typeof smileThreshold>[0]} calibration @param {Sensitivity} sensitivity */
function grouper(calibration, sensitivity) {
  return createGrouper({ smile_threshold: smileThreshold(calibration, sensitivity), background_below: BACKGROUND_BELOW });
}
