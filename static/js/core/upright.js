/** Turns tilted heads upright before they are cropped: the twin of webapp/vision/upright.py. */

import { centre } from "./box.js";

/** @typedef {import('../contract.js').Box} Box */
/** @typedef {import('./crop.js').Pixels} Pixels */
/** @typedef {readonly (readonly number[])[]} Landmarks five [x, y] in pixels: eyes, nose, corners of the mouth */

/** Landmarks of an upright face: the detector's mean over 1,200 aligned faces (UTKFace, validation), about their middle, symmetric. */
const FACE = [[-0.357, -0.382], [0.357, -0.382], [0, 0.037], [-0.308, 0.363], [0.308, 0.363]];
/** Heads tilted less than this, in radians, are left as they are: networks were taught with turns of ten degrees. */
const LEVEL = (5 * Math.PI) / 180;
/** Of what is over LEVEL so much is turned back: the detector's landmarks lie less tilted than the head. */
const GAIN = 1.35;
/** Samples per pixel of the crop along each axis, where the picture has as many. */
const DENSITY = 2;

/**
 * Tell how far a face is turned clockwise in its picture: the rotation that fits its landmarks best (Kabsch 1976).
 *
 * All five points count, so that a face in profile, whose eyes lie close together, is read as steadily as one from the front.
 * @param {Landmarks} landmarks
 * @returns {number} radians, -pi to pi
 */
export function tilt(landmarks) {
  const mean = (/** @type {number} */ axis) => landmarks.reduce((sum, point) => sum + point[axis], 0) / landmarks.length;
  const [middle_x, middle_y] = [mean(0), mean(1)];
  let across = 0;
  let along = 0;
  landmarks.forEach(([x, y], i) => {
    across += FACE[i][0] * (y - middle_y) - FACE[i][1] * (x - middle_x);
    along += FACE[i][0] * (x - middle_x) + FACE[i][1] * (y - middle_y);
  });
  return Math.atan2(across, along);
}

/**
 * Tell how far a tilted face is turned back: nothing up to LEVEL, and no jump there.
 * @param {number} angle radians
 * @returns {number} radians
 */
export const turn = (angle) => Math.sign(angle) * Math.max(0, Math.abs(angle) - LEVEL) * GAIN;

/**
 * Give a picture in which a face stands upright, and its square in that picture.
 *
 * A face that is upright gets both back as they are; else the new picture holds no more than the square and what its crop reads
 * beside it, and has at most DENSITY pixels per pixel of the crop. Pixels outside `image` are the nearest of its edge.
 * @param {Pixels} image RGB or RGBA
 * @param {Box} face the detected box, about whose middle the picture is turned
 * @param {Landmarks} landmarks
 * @param {Box} framed the square round it that the network wants
 * @param {number} side of the crop, in pixels
 * @returns {{image: Pixels, framed: Box}}
 */
export function upright(image, face, landmarks, framed, side) {
  const angle = turn(tilt(landmarks));
  if (angle === 0) return { image, framed };
  const step = framed.width / side;
  const spacing = Math.max(1, step / DENSITY);
  const margin = Math.ceil(Math.max(1, step) / spacing) + 1;
  const count = Math.ceil(framed.width / spacing) + 2 * margin;
  const [about_x, about_y] = centre(face);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const data = new Float32Array(count * count * 3);
  for (let row = 0, out = 0; row < count; row++) {
    const down = framed.y + (row + 0.5 - margin) * spacing - about_y;
    for (let column = 0; column < count; column++, out += 3) {
      const across = framed.x + (column + 0.5 - margin) * spacing - about_x;
      sample(image, about_x + across * cosine - down * sine, about_y + across * sine + down * cosine, data, out);
    }
  }
  const square = { x: margin, y: margin, width: framed.width / spacing, height: framed.height / spacing };
  return { image: { data, width: count, height: count }, framed: square };
}

/**
 * Write the colour between the pixels of a picture, bilinear.
 * @param {Pixels} image
 * @param {number} x
 * @param {number} y
 * @param {Float32Array} into
 * @param {number} at
 */
function sample({ data, width, height }, x, y, into, at) {
  const channels = data.length / (width * height);
  x = Math.max(0, Math.min(width - 1, x - 0.5));
  y = Math.max(0, Math.min(height - 1, y - 0.5));
  const left = Math.floor(x);
  const top = Math.floor(y);
  const share_x = x - left;
  const share_y = y - top;
  const right = left + 1 < width ? channels : 0;
  const first = (top * width + left) * channels;
  const second = first + (top + 1 < height ? width * channels : 0);
  for (let colour = 0; colour < 3; colour++) {
    const upper = data[first + colour] * (1 - share_x) + data[first + colour + right] * share_x;
    const lower = data[second + colour] * (1 - share_x) + data[second + colour + right] * share_x;
    into[at + colour] = upper * (1 - share_y) + lower * share_y;
  }
}
