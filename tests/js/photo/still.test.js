import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { takePhoto } from "../../../static/js/photo/still.js";

const scope = /** @type {any} */ (globalThis);
const stream = /** @type {MediaStream} */ (/** @type {unknown} */ ({ getVideoTracks: () => [{ readyState: "live" }] }));
const VIDEO = { width: 1920, height: 1080 };

/** A camera whose photos have this size, or that fails. @param {number} width @param {number} height @param {Error} [failure] */
function camera(width, height, failure) {
  /** @type {unknown[]} */
  const asked = [];
  scope.ImageCapture = class {
    getPhotoCapabilities = async () => ({ imageWidth: { max: width }, imageHeight: { max: height } });
    /** @param {unknown} wish */
    takePhoto = async (wish) => {
      asked.push(wish);
      if (failure) throw failure;
      return new Blob(["photo"]);
    };
  };
  scope.createImageBitmap = async () => ({ width, height });
  return asked;
}

afterEach(() => {
  delete scope.ImageCapture;
  delete scope.createImageBitmap;
});

test("a camera whose photos are larger than its video is asked for its largest", async () => {
  const asked = camera(4000, 3000);

  assert.deepEqual(await takePhoto(stream, VIDEO), { width: 4000, height: 3000 });
  assert.deepEqual(asked, [{ imageWidth: 4000, imageHeight: 3000 }]);
});

test("a camera whose photos are no larger is not asked", async () => {
  const asked = camera(1920, 1080);

  assert.equal(await takePhoto(stream, VIDEO), null);
  assert.deepEqual(asked, []);
});

test("a browser without photos, and a camera that fails, leave the video's picture", async () => {
  assert.equal(await takePhoto(stream, VIDEO), null);
  camera(4000, 3000, new Error("the sensor is busy"));
  assert.equal(await takePhoto(stream, VIDEO), null);
});

test("a photo that turns out no larger than the video is given up", async () => {
  camera(4000, 3000);
  let closed = 0;
  scope.createImageBitmap = async () => ({ ...VIDEO, close: () => (closed += 1) });

  assert.equal(await takePhoto(stream, VIDEO), null);
  assert.equal(closed, 1);
});
