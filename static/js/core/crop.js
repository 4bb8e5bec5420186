/**
 * The one operation that cuts a piece out of a picture and brings it to a network's input size: training, browser and
 * server use the same, to 1e-3. Its twin is webapp/vision/crop.py.
 */

/** @typedef {import('../contract.js').Box} Box */

/**
 * @typedef {object} Pixels A picture, row by row, red, green, blue and perhaps alpha; an ImageData is one.
 * @property {Uint8ClampedArray | Uint8Array | Float32Array} data
 * @property {number} width
 * @property {number} height
 */

/**
 * @typedef {object} Taps What every output position reads: `count` neighbours from `first[i]` on, weighted by
 *   `weight[i * count + k]`.
 * @property {Int32Array} first
 * @property {Float64Array} weight
 * @property {number} count
 */

/**
 * Cut `box` out of a picture and resize it with an antialiased triangle filter.
 *
 * Pixels outside the picture are the nearest pixel of its edge. Alpha is ignored.
 * @param {Pixels} image RGB or RGBA
 * @param {Box} box in pixels of the picture; it may reach beyond the picture and lie between pixels
 * @param {number} width of the result
 * @param {number} height of the result
 * @returns {Float32Array} [height, width, 3], 0 to 255
 * @throws {RangeError} for a picture that is neither RGB nor RGBA, a box without area, or a result without pixels
 */
export function crop(image, box, width, height) {
  const channels = image.data.length / (image.width * image.height);
  if (channels !== 3 && channels !== 4)
    throw new RangeError("crop takes RGB or RGBA pixels: convert the picture first");
  if (!(box.width > 0 && box.height > 0 && Number.isFinite(box.x + box.y + box.width + box.height)))
    throw new RangeError("crop takes a box with finite numbers and an area: leave out faces without one");
  if (!(width >= 1 && height >= 1)) throw new RangeError("crop makes at least one pixel: give a width and a height");
  const columns = taps(box.x, box.width, width, image.width);
  const rows = taps(box.y, box.height, height, image.height);
  return resizeRows(resizeColumns(image, channels, columns, rows, width), rows, width, height);
}

/**
 * Turn colours into brightness, 0.299 R + 0.587 G + 0.114 B.
 * @param {Float32Array} pixels [n, 3]
 * @returns {Float32Array} [n]
 */
export function grey(pixels) {
  const brightness = new Float32Array(pixels.length / 3);
  for (let i = 0, j = 0; i < brightness.length; i++, j += 3)
    brightness[i] = 0.299 * pixels[j] + 0.587 * pixels[j + 1] + 0.114 * pixels[j + 2];
  return brightness;
}

/**
 * Weigh the source pixels of every output position along one axis.
 * @param {number} start of the box
 * @param {number} extent of the box
 * @param {number} positions of the output
 * @param {number} limit number of source pixels
 * @returns {Taps}
 */
function taps(start, extent, positions, limit) {
  const step = extent / positions;
  const support = Math.max(1, step);
  const reach = Math.ceil(2 * support);
  const count = Math.min(reach, limit);
  const first = new Int32Array(positions);
  const weight = new Float64Array(positions * count);
  for (let i = 0; i < positions; i++) {
    const centre = start + (i + 0.5) * step;
    const from = Math.floor(centre - support + 0.5);
    const at = Math.max(0, Math.min(limit - count, from));
    let sum = 0;
    for (let j = from; j < from + reach; j++) {
      const share = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / support);
      weight[i * count + Math.max(0, Math.min(limit - 1, j)) - at] += share;
      sum += share;
    }
    for (let k = 0; k < count; k++) weight[i * count + k] /= sum;
    first[i] = at;
  }
  return { first, weight, count };
}

/**
 * Resize along x, only in the rows that the box needs.
 * @param {Pixels} image
 * @param {number} channels
 * @param {Taps} columns
 * @param {Taps} rows
 * @param {number} width
 * @returns {{strip: Float32Array, top: number}} [rows needed, width, 3] and the source row of its first
 */
function resizeColumns({ data, width: stride }, channels, columns, rows, width) {
  const top = rows.first[0];
  const bottom = rows.first[rows.first.length - 1] + rows.count;
  const strip = new Float32Array((bottom - top) * width * 3);
  const { first, weight, count } = columns;
  for (let y = top, out = 0; y < bottom; y++) {
    for (let i = 0, k = 0; i < width; i++, out += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let at = (y * stride + first[i]) * channels;
      for (const end = k + count; k < end; k++, at += channels) {
        const share = weight[k];
        red += share * data[at];
        green += share * data[at + 1];
        blue += share * data[at + 2];
      }
      strip[out] = red;
      strip[out + 1] = green;
      strip[out + 2] = blue;
    }
  }
  return { strip, top };
}

/**
 * Resize along y.
 * @param {{strip: Float32Array, top: number}} narrowed what resizeColumns gave
 * @param {Taps} rows
 * @param {number} width
 * @param {number} height
 * @returns {Float32Array} [height, width, 3]
 */
function resizeRows({ strip, top }, { first, weight, count }, width, height) {
  const line = width * 3;
  const result = new Float32Array(height * line);
  for (let i = 0; i < height; i++) {
    for (let x = 0; x < line; x++) {
      let sum = 0;
      let at = (first[i] - top) * line + x;
      for (let k = i * count; k < (i + 1) * count; k++, at += line) sum += weight[k] * strip[at];
      result[i * line + x] = sum;
    }
  }
  return result;
}
