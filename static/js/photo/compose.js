// Makes one picture out of one or several: collage, strip, frame, event name, date and logo.
import { layOutSheet } from "../core/collage.js";
import { toJpeg } from "./still.js";

/** @typedef {import("../contract.js").Box} Box */
/** @typedef {import("../core/collage.js").Layout} Layout */
/**
 * @typedef {object} Finish
 * @property {Layout} [layout] default "single"
 * @property {"none" | "white" | "dark" | "sunny"} [frame] round the pictures; default "none"
 * @property {string} [title] the event's name, below the pictures
 * @property {string} [date] beside it
 * @property {ImageBitmap | null} [logo] in the lower right corner
 * @property {number} [longest] side of the result in pixels, at most
 */

const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';
const FRAMES = /** @type {const} */ ({
  none: { paper: "#0b0d17", ink: "#f5f3ee" },
  white: { paper: "#ffffff", ink: "#171a2b" },
  dark: { paper: "#171a2b", ink: "#f5f3ee" },
  sunny: { paper: "#ffc145", ink: "#1d1503" },
});
/** Shares of the shortest side of the pictures. */
const BORDER = 0.035;
const GAP = 0.018;
/** Shares of that side, on a sheet of several pictures of more. */
const FOOT = 0.11;
const LOGO = 0.16;
/** Large enough for a print of 30 cm, small enough for every phone's canvas. */
const LONGEST = 4096;

/**
 * Compose pictures into one.
 * @param {readonly Blob[]} pictures at least one, in order
 * @param {Finish} [finish]
 * @returns {Promise<Blob>} image/jpeg without metadata
 */
export async function composePicture(pictures, finish = {}) {
  const bitmaps = await Promise.all(pictures.map((blob) => createImageBitmap(blob)));
  const canvas = document.createElement("canvas");
  try {
    draw(canvas, bitmaps, finish);
    return await toJpeg(canvas);
  } finally {
    bitmaps.forEach((bitmap) => bitmap.close());
    canvas.width = canvas.height = 0;
  }
}

/**
 * Compose pictures of any shapes into one collage, each shown whole.
 * @param {readonly Blob[]} pictures at least one, in order
 * @param {Omit<Finish, "layout">} [finish]
 * @returns {Promise<Blob>} image/jpeg without metadata
 */
export const composeCollage = (pictures, finish = {}) => composePicture(pictures, { frame: "white", ...finish, layout: "rows" });

/** @param {HTMLCanvasElement} canvas @param {ImageBitmap[]} bitmaps @param {Finish} finish */
function draw(canvas, bitmaps, { layout = "single", frame = "none", title = "", date = "", logo = null, longest = LONGEST }) {
  const short = Math.min(...bitmaps.map(({ width, height }) => Math.min(width, height)));
  const whole = layOutSheet(bitmaps, layout, { gap: Math.round(short * GAP), longest });
  // On a sheet of several pictures words and logo are as large as the sheet asks for, not as its smallest picture does.
  const scale = Math.max(short, Math.min(whole.width, whole.height) * 0.7);
  const bordered = frame !== "none";
  const border = bordered ? Math.round(short * BORDER) : 0;
  const written = title !== "" || date !== "";
  // Without a frame the words lie on the picture itself, which keeps its size.
  const foot = written && bordered ? Math.round(scale * FOOT) : 0;
  const sheet = layOutSheet(bitmaps, layout, { gap: Math.round(short * GAP), longest: longest - 2 * border - foot });
  canvas.width = sheet.width + 2 * border;
  canvas.height = sheet.height + 2 * border + foot;
  const pen = canvas.getContext("2d", { alpha: false });
  if (!pen) throw new Error("no canvas to draw the picture on: close other tabs and try again");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = FRAMES[frame].paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  sheet.cells.forEach((cell, index) => drawInto(pen, bitmaps[index], { ...cell, x: cell.x + border, y: cell.y + border }));
  const line = Math.round(scale * FOOT);
  const at = { x: border, y: bordered ? canvas.height - foot - border / 2 : canvas.height - line, width: canvas.width - 2 * border, height: bordered ? foot + border / 2 : line };
  if (logo) drawLogo(pen, logo, { x: border, y: border, width: sheet.width, height: sheet.height }, scale * LOGO);
  if (written) write(pen, at, { title, date, frame });
}

/** Fill a cell with a picture, cutting equally on both sides. @param {CanvasRenderingContext2D} pen @param {ImageBitmap} bitmap @param {Box} cell */
function drawInto(pen, bitmap, cell) {
  const scale = Math.max(cell.width / bitmap.width, cell.height / bitmap.height);
  const [width, height] = [cell.width / scale, cell.height / scale];
  pen.drawImage(bitmap, (bitmap.width - width) / 2, (bitmap.height - height) / 2, width, height, cell.x, cell.y, cell.width, cell.height);
}

/** @param {CanvasRenderingContext2D} pen @param {ImageBitmap} logo @param {Box} within @param {number} side */
function drawLogo(pen, logo, within, side) {
  const scale = side / Math.max(logo.width, logo.height);
  const [width, height] = [logo.width * scale, logo.height * scale];
  const margin = side / 5;
  pen.drawImage(logo, within.x + within.width - width - margin, within.y + margin, width, height);
}

/** @param {CanvasRenderingContext2D} pen @param {Box} at @param {{title: string, date: string, frame: keyof typeof FRAMES}} words */
function write(pen, at, { title, date, frame }) {
  const size = at.height * 0.42;
  if (frame === "none") {
    const shade = pen.createLinearGradient(0, at.y - at.height, 0, at.y + at.height);
    shade.addColorStop(0, "rgb(11 13 23 / 0%)");
    shade.addColorStop(1, "rgb(11 13 23 / 70%)");
    pen.fillStyle = shade;
    pen.fillRect(at.x, at.y - at.height, at.width, 2 * at.height);
  }
  pen.fillStyle = FRAMES[frame].ink;
  pen.textBaseline = "middle";
  const inset = at.height * 0.3;
  const middle = at.y + at.height / 2;
  pen.font = `500 ${Math.round(size * 0.72)}px ${SANS}`;
  const date_width = date ? pen.measureText(date).width + inset : 0;
  pen.textAlign = "right";
  pen.fillText(date, at.x + at.width - inset, middle);
  pen.font = `700 ${Math.round(size)}px ${SANS}`;
  pen.textAlign = "left";
  pen.fillText(title, at.x + inset, middle, Math.max(1, at.width - 2 * inset - date_width));
}
