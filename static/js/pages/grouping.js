// The judge of groups that photos wait for: thresholds of the network that looks, faces far behind left out.
import { createGrouper } from "../core/group.js";
import { smileThreshold } from "../core/sensitivity.js";

/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../core/sensitivity.js").Sensitivity} Sensitivity */
/** @typedef {{photo_sensitivity: Sensitivity, networks: import("../core/network_choice.js").Networks}} Wishes */

/** Faces lower than this share of the largest are background: some three times as far away. */
const BACKGROUND_BELOW = 0.35;

/** After how long thresholds that could not be fetched are asked for again, in ms. */
const AGAIN_MS = 2000;

/**
 * Make a judge that follows the settings and the networks that look. Until the thresholds of others are there, those before hold.
 * @param {() => Wishes} wishes the sensitivity chosen, and the networks that look now
 * @param {(networks: Wishes["networks"]) => Promise<Parameters<typeof smileThreshold>[0]>} calibrationOf of the emotion network of a choice
 */
export function createJudge(wishes, calibrationOf) {
  let group = grouper(null, "medium");
  /** What the group is judged by. @type {string | null} */
  let known = null;
  let again_at = 0;
  let turn = 0;

  /** Start anew with what is wished now. @param {number} [time] in ms */
  async function renew(time = 0) {
    const mine = ++turn;
    const { photo_sensitivity, networks } = wishes();
    known = networks;
    const calibration = await calibrationOf(networks).catch(() => null);
    if (mine !== turn) return;
    if (calibration) group = grouper(calibration, photo_sensitivity);
    else {
      known = null;
      again_at = time + AGAIN_MS;
    }
  }

  return {
    renew,
    /** A setting has changed; null: all of them. @param {string | null} name */
    changed(name) {
      if ([null, "photo_sensitivity"].includes(name)) void renew();
    },
    /**
     * @param {Pick<import("./looking.js").Look, "faces">} look
     * @param {number} time in ms
     * @returns {Group}
     */
    judge({ faces }, time) {
      if (known !== wishes().networks && time >= again_at) void renew(time);
      return group(faces, time);
    },
    reset: () => group.reset(),
  };
}

/** @param {Parameters<typeof smileThreshold>[0]} calibration @param {Sensitivity} sensitivity */
function grouper(calibration, sensitivity) {
  return createGrouper({ smile_threshold: smileThreshold(calibration, sensitivity), background_below: BACKGROUND_BELOW });
}
