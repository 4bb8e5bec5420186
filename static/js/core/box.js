/** Geometry of bounding boxes in pixels of the frame. */

/** @typedef {import('../contract.js').Box} Box */

/**
 * Tell how much two boxes cover each other (intersection over union).
 * @param {Box} a
 * @param {Box} b
 * @returns {number} 0 (apart) to 1 (equal); 0 when both are empty
 */
export function iou(a, b) {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (across <= 0 || down <= 0) return 0;
  const shared = across * down;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/**
 * Give the middle of a box.
 * @param {Box} box
 * @returns {[number, number]} x, y in pixels
 */
export function centre(box) {
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/**
 * Give the side of the square with the area of a box: one number for the size of a face.
 * @param {Box} box
 * @returns {number} pixels, at least 1, so that it can be divided by
 */
export function size(box) {
  return Math.max(1, Math.sqrt(Math.max(0, box.width * box.height)));
}

/**
 * Frame a face for a network: the square around the longer side of its box, `scale` times as large, about the same
 * centre.
 * @param {Box} box
 * @param {number} scale the manifest's `input.crop_scale`; 1 is the longer side itself
 * @param {number} [shift] its `input.crop_shift`: how far the square is moved down, as a share of its side
 * @returns {Box}
 */
export function cropBox(box, scale, shift = 0) {
  const side = Math.max(box.width, box.height) * scale;
  const [x, y] = centre(box);
  return { x: x - side / 2, y: y - side / 2 + shift * side, width: side, height: side };
}
