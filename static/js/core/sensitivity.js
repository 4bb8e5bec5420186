/** How readily a smile counts: the network's own threshold, moved for those who want fewer photos by mistake or fewer missed moments. */

/** @typedef {"low" | "medium" | "high"} Sensitivity */

/** Added to the threshold's log-odds. Measured on groups composed of labelled photos: docs/photo.md. @type {Record<Sensitivity, number>} */
const SHIFT = { low: 1, medium: 0, high: -1.5 };

/**
 * Move a threshold.
 * @param {number} calibrated the emotion manifest's `calibration.smile_threshold`, between 0 and 1
 * @param {Sensitivity} sensitivity
 */
export const smileThreshold = (calibrated, sensitivity) => 1 / (1 + ((1 - calibrated) / calibrated) * Math.exp(-SHIFT[sensitivity]));
