/** Where several pictures lie on one sheet: a strip, a grid, or rows by size. Pure; all in pixels. */

/** @typedef {import('../contract.js').Box} Box */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {"single" | "strip" | "grid" | "rows"} Layout */
/**
 * @typedef {object} Sheet
 * @property {number} width
 * @property {number} height
 * @property {Box[]} cells one per picture, in their order; a picture fills its cell, cut equally on both sides
 */

/** A row may be so many times as high as another. */
const UNEVEN = 1.2;

/**
 * Lay pictures out.
 *
 * single: the first alone in its own size. strip: one below the other, as a booth prints them. grid: two by two (or as
 * square as their number allows). rows: each picture whole, beside others in rows of equal height, for pictures of different shapes.
 * @param {readonly Size[]} pictures at least one
 * @param {Layout} layout
 * @param {{gap: number, longest: number}} options `longest`: of the sheet's sides at most
 * @returns {Sheet}
 */
export function layOutSheet(pictures, layout, { gap, longest }) {
  if (pictures.length === 0) throw new Error("a sheet needs at least one picture");
  if (layout === "single" || pictures.length === 1) return alone(pictures[0], longest);
  if (layout === "rows") return rows(pictures, gap, longest);
  const columns = layout === "strip" ? 1 : Math.ceil(Math.sqrt(pictures.length));
  return table(pictures, columns, gap, longest);
}

/** @param {Size} picture @param {number} longest @returns {Sheet} */
function alone(picture, longest) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const size = { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) };
  return { ...size, cells: [{ x: 0, y: 0, ...size }] };
}

/** @param {readonly Size[]} pictures @param {number} columns @param {number} gap @param {number} longest @returns {Sheet} */
function table(pictures, columns, gap, longest) {
  const lines = Math.ceil(pictures.length / columns);
  const [first] = pictures;
  const whole = { width: columns * first.width, height: lines * first.height };
  const room = { width: longest - (columns - 1) * gap, height: longest - (lines - 1) * gap };
  const scale = Math.min(1, room.width / whole.width, room.height / whole.height);
  const cell = { width: Math.max(1, Math.floor(first.width * scale)), height: Math.max(1, Math.floor(first.height * scale)) };
  const cells = pictures.map((_, index) => {
    const [line, column] = [Math.floor(index / columns), index % columns];
    const inLine = line === lines - 1 ? pictures.length - line * columns : columns;
    const left = ((columns - inLine) * (cell.width + gap)) / 2;
    return { x: Math.round(left) + column * (cell.width + gap), y: line * (cell.height + gap), ...cell };
  });
  return { width: columns * cell.width + (columns - 1) * gap, height: lines * cell.height + (lines - 1) * gap, cells };
}

/** @param {readonly Size[]} pictures @param {number} gap @param {number} longest @returns {Sheet} */
function rows(pictures, gap, longest) {
  const shapes = pictures.map(({ width, height }) => width / height);
  const width = Math.min(longest, Math.max(...pictures.map((one) => one.width)) * Math.ceil(Math.sqrt(pictures.length)));
  const lines = bestLines(shapes, width, gap);
  const heights = lineHeights(lines, shapes, width, gap);
  const height = heights.reduce((sum, one) => sum + one, 0) + gap * (lines.length - 1);
  const scale = Math.min(1, longest / height);
  /** @type {Box[]} */
  const cells = [];
  let y = 0;
  lines.forEach((line, number) => {
    const filled = line.reduce((sum, index) => sum + heights[number] * shapes[index] + gap, -gap);
    let x = (width - filled) / 2;
    for (const index of line) {
      const cell = { x: x * scale, y: y * scale, width: heights[number] * shapes[index] * scale, height: heights[number] * scale };
      cells[index] = { x: Math.round(cell.x), y: Math.round(cell.y), width: Math.max(1, Math.floor(cell.width)), height: Math.max(1, Math.floor(cell.height)) };
      x += heights[number] * shapes[index] + gap;
    }
    y += heights[number] + gap;
  });
  return { width: Math.round(width * scale), height: Math.round(height * scale), cells };
}

/**
 * How high each line is: so that it fills the sheet's width, but not much higher than another, as who is alone in one would be.
 * @param {number[][]} lines indices by line
 * @param {number[]} shapes width over height
 * @param {number} width
 * @param {number} gap
 */
function lineHeights(lines, shapes, width, gap) {
  const full = lines.map((line) => (width - gap * (line.length - 1)) / line.reduce((sum, index) => sum + shapes[index], 0));
  return full.map((height) => Math.min(height, UNEVEN * Math.min(...full)));
}

/**
 * Break pictures into as many lines as bring the sheet nearest to a square, keeping their order.
 * @param {number[]} shapes @param {number} width @param {number} gap
 * @returns {number[][]} indices by line
 */
function bestLines(shapes, width, gap) {
  const tried = shapes.map((_, index) => broken(shapes, index + 1));
  const height = (/** @type {number[][]} */ lines) => lineHeights(lines, shapes, width, gap).reduce((sum, one) => sum + one + gap, -gap);
  const oddness = (/** @type {number[][]} */ lines) => Math.abs(Math.log(height(lines) / width));
  return tried.reduce((best, lines) => (oddness(lines) < oddness(best) ? lines : best));
}

/** @param {number[]} shapes @param {number} count of lines @returns {number[][]} of nearly equal length together */
function broken(shapes, count) {
  const each = shapes.reduce((sum, one) => sum + one, 0) / count;
  /** @type {number[][]} */
  const lines = [[]];
  let sum = 0;
  shapes.forEach((shape, index) => {
    const line = lines[lines.length - 1];
    if (line.length > 0 && lines.length < count && sum + shape / 2 > each * lines.length) lines.push([index]);
    else line.push(index);
    sum += shape;
  });
  return lines;
}
