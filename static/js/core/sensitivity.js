/** How readily a smile counts: thresholds chosen for groups, and where a network has none, its own one moved. */

/** @typedef {"low" | "medium" | "high"} Sensitivity */
/** @typedef {{smile_threshold?: number, group_thresholds?: Record<Sensitivity, number>}} SmileCalibration of an emotion manifest */

/** Added to the log-odds of a network's own threshold. @type {Record<Sensitivity, number>} */
const SHIFT = { low: 1, medium: 0, high: -1.5 };
const USUAL = 0.5;

/**
 * Give the probability of a smile from which on it counts for a group photo.
 * @param {SmileCalibration | null | undefined} calibration the emotion manifest's; its `group_thresholds` are measured on groups composed
 *   of labelled photos (docs/photo.md)
 * @param {Sensitivity} sensitivity
 */
export function smileThreshold(calibration, sensitivity) {
  const own = calibration?.smile_threshold ?? USUAL;
  return calibration?.group_thresholds?.[sensitivity] ?? 1 / (1 + ((1 - own) / own) * Math.exp(-SHIFT[sensitivity]));
}
