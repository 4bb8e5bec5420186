// Where a picture lies on the stage, and how its pixels become points on the screen.

/** @typedef {import("../contract.js").Box} Box */
/**
 * @typedef {object} View
 * @property {number} width of the stage in points
 * @property {number} height of the stage in points
 * @property {number} left of the picture on the stage in points
 * @property {number} top of the picture on the stage in points
 * @property {number} scale points per pixel of the picture
 * @property {number} picture_width in pixels
 * @property {number} picture_height in pixels
 * @property {boolean} mirrored
 */

/**
 * Fit a picture into the stage as `object-fit: contain` does.
 * @param {{width: number, height: number}} stage in points
 * @param {{width: number, height: number}} picture in pixels
 * @param {boolean} mirrored
 * @returns {View}
 */
export function fitView(stage, picture, mirrored) {
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height);
  return {
    width: stage.width,
    height: stage.height,
    left: (stage.width - picture.width * scale) / 2,
    top: (stage.height - picture.height * scale) / 2,
    scale,
    picture_width: picture.width,
    picture_height: picture.height,
    mirrored,
  };
}

/**
 * Turn a box in pixels of the picture into points on the stage.
 * @param {Box} box
 * @param {View} view
 * @returns {Box}
 */
export function toStage(box, view) {
  const x = view.mirrored ? view.picture_width - box.x - box.width : box.x;
  return {
    x: view.left + x * view.scale,
    y: view.top + box.y * view.scale,
    width: box.width * view.scale,
    height: box.height * view.scale,
  };
}
