// Collects whole pictures with what was seen in them, and chooses the best by what each face looks like at full size.
import { chooseBest } from "../core/best.js";
import { contrast, sharpness } from "../core/sharpness.js";

/** @typedef {import("../contract.js").Face} Face */
/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../core/best.js").Merit} Merit */
/** @typedef {{bitmap: ImageBitmap, faces: Face[], group: Group}} Seen faces in pixels of the bitmap */
/** @typedef {{best: number, merits: Merit[]}} Choice */

/** Sides in pixels that faces and eyes are brought to before they are compared. */
const FACE_SIDE = 128;
const EYE_SIDE = 32;
/** Side of the piece round an eye, in distances of the eyes. */
const EYE_ROOM = 0.5;

/**
 * Choose the best of some pictures of the same group.
 * @param {readonly Seen[]} burst at least one
 * @returns {Choice}
 */
export function chooseFrame(burst) {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("no canvas to compare the pictures on: close other tabs and try again");
  return chooseBest(
    burst.map(({ bitmap, faces, group }) => {
      const counted = new Map(group.people.filter(({ background }) => !background).map((person) => [person.id, person]));
      const sitters = faces.filter(({ id }) => counted.has(id)).map((face) => measure(pen, bitmap, face, counted.get(face.id)?.progress ?? 0));
      return { width: bitmap.width, height: bitmap.height, sitters };
    }),
  );
}

/** @param {CanvasRenderingContext2D} pen @param {ImageBitmap} bitmap @param {Face} face @param {number} smile */
function measure(pen, bitmap, { id, box, landmarks }, smile) {
  const [right, left] = landmarks;
  const side = Math.max(4, Math.hypot(right[0] - left[0], right[1] - left[1]) * EYE_ROOM);
  const eyes = [right, left].map(([x, y]) => contrast(piece(pen, bitmap, { x: x - side / 2, y: y - side / 2, width: side, height: side }, EYE_SIDE)));
  return { id, smile, box, landmarks, sharp: sharpness(piece(pen, bitmap, box, FACE_SIDE)), eyes: Math.min(...eyes) };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {ImageBitmap} bitmap
 * @param {import("../contract.js").Box} box
 * @param {number} side
 */
function piece(pen, bitmap, { x, y, width, height }, side) {
  if (pen.canvas.width !== side) pen.canvas.width = pen.canvas.height = side;
  pen.clearRect(0, 0, side, side);
  pen.drawImage(bitmap, x, y, Math.max(1, width), Math.max(1, height), 0, 0, side, side);
  return pen.getImageData(0, 0, side, side);
}
