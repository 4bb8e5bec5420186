// Saves what is on the stage as a PNG at the picture's own resolution, with or without the overlay.

/** @typedef {import("./view.js").View} View */

/**
 * Name a snapshot by its moment: allsmiles-2026-11-22-18-05-09.png.
 * @param {Date} moment
 */
export function snapshotName(moment) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())];
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two);
  return `allsmiles-${[...day, ...time].join("-")}.png`;
}

/**
 * Draw a picture, and what lies over it, at full resolution.
 * @param {CanvasImageSource} source
 * @param {View} view as on the stage
 * @param {((context: CanvasRenderingContext2D, view: View) => void) | null} paint the overlay in points, null for none
 * @returns {Promise<Blob>} a PNG as large as the picture
 */
export async function drawSnapshot(source, view, paint) {
  const canvas = document.createElement("canvas");
  canvas.width = view.picture_width;
  canvas.height = view.picture_height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas to draw the snapshot on: close other tabs and try again");

  context.save();
  if (view.mirrored) context.setTransform(-1, 0, 0, 1, canvas.width, 0);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  context.restore();
  if (paint) {
    context.scale(1 / view.scale, 1 / view.scale);
    const [width, height] = [canvas.width * view.scale, canvas.height * view.scale];
    paint(context, { ...view, width, height, left: 0, top: 0 });
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large to save"))), "image/png"),
  );
}

/** Hand a file to the person. @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
