// The judge of groups that photos wait for: thresholds of the network that looks, faces far behind left out.
import { createGrouper } from "../core/group.js";
import { smileThreshold } from "../core/sensitivity.js";
import { emotionManifest } from "./networks.js";

/** Faces lower than this share of the largest are background: some three times as far away. */
const BACKGROUND_BELOW = 0.35;

/** Make a judge before anything is known of the network. */
export const firstGrouper = () => createGrouper({ smile_threshold: smileThreshold(null, "medium"), background_below: BACKGROUND_BELOW });

/** Make a judge as the settings say now. @param {import("../ui/settings.js").Settings} settings */
export async function photoGrouper(settings) {
  const manifest = await emotionManifest(settings).catch(() => null);
  return createGrouper({ smile_threshold: smileThreshold(manifest?.calibration, settings.photo_sensitivity), background_below: BACKGROUND_BELOW });
}

/** Tell whether a change of the settings asks for another judge. @param {string | null} changed */
export const isForGroups = (changed) => [null, "photo_sensitivity", "networks"].includes(changed);
