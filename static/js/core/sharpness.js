/** How sharp a piece of a picture is, and how much light and dark there is in it. */

/** @typedef {{data: ArrayLike<number>, width: number, height: number}} Pixels RGBA, 0 to 255 */

/** @param {Pixels} pixels @returns {Float32Array} luma as in ITU-R BT.601, 0 to 255 */
export function luma({ data, width, height }) {
  const grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
  return grey;
}

/**
 * Measure sharpness as the variance of the Laplacian (Pech-Pacheco et al. 2000, ICPR).
 * @param {Pixels} pixels at least 3 x 3
 * @returns {number} 0 for a plain surface; compare only pieces of the same size and content
 */
export function sharpness(pixels) {
  const { width, height } = pixels;
  const grey = luma(pixels);
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const value = grey[i - 1] + grey[i + 1] + grey[i - width] + grey[i + width] - 4 * grey[i];
      sum += value;
      squares += value * value;
      count += 1;
    }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/**
 * Measure how much light and dark there is: the standard deviation of brightness over its mean, so that dim light does not matter.
 * @param {Pixels} pixels
 */
export function contrast(pixels) {
  const grey = luma(pixels);
  if (grey.length === 0) return 0;
  const mean = grey.reduce((sum, one) => sum + one, 0) / grey.length;
  const variance = grey.reduce((sum, one) => sum + (one - mean) ** 2, 0) / grey.length;
  return Math.sqrt(variance) / Math.max(1, mean);
}
