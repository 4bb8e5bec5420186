import assert from "node:assert/strict";
import { test } from "node:test";

import { cameraTrouble, canLook, describeProblem, missingParts, permissionSteps, Trouble } from "../../../static/js/ui/problems.js";
import { ownAddress } from "../../../static/js/ui/sources/media.js";
import { snapshotName } from "../../../static/js/ui/snapshot.js";

const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1";
const SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15";

test("what a browser throws is named as what happened", () => {
  const problem = (/** @type {string} */ name) => cameraTrouble(new DOMException("", name)).problem;

  assert.equal(problem("NotAllowedError"), "denied");
  assert.equal(problem("NotFoundError"), "no_camera");
  assert.equal(problem("NotReadableError"), "in_use");
  assert.equal(problem("TypeError"), "camera_failed");
  assert.equal(cameraTrouble(undefined).problem, "camera_failed");
});

test("each browser is told where it keeps its permission", () => {
  const first = [CHROME, FIREFOX, IPHONE, SAFARI].map((agent) => permissionSteps(agent)[0]);

  assert.equal(new Set(first).size, 4);
  assert.match(permissionSteps(SAFARI)[0], /Safari/);
});

test("a denied camera comes with steps and a way to try again", () => {
  const { steps, retry } = describeProblem("denied", "", CHROME);

  assert.ok(steps.length >= 2);
  assert.equal(retry, true);
});

test("what a browser lacks is listed in words", () => {
  const scope = { Worker: 1, createImageBitmap: 1, OffscreenCanvas: 1 };

  assert.deepEqual(missingParts(scope), ["WebAssembly"]);
});

test("a browser with all parts and SIMD can look, one without cannot", () => {
  const parts = { Worker: 1, createImageBitmap: 1, OffscreenCanvas: 1 };

  assert.equal(canLook({ ...parts, WebAssembly }), true);
  assert.equal(canLook({ ...parts, WebAssembly: { validate: () => false } }), false);
  assert.equal(canLook(parts), false);
});

test("addresses of this server are taken, others refused", () => {
  const page = "http://localhost:5000/?source=x";

  assert.equal(ownAddress("/static/a.jpg", page).href, "http://localhost:5000/static/a.jpg");
  for (const address of ["https://example.org/a.jpg", "//example.org/a.jpg", "http://localhost:5001/a.jpg", "data:image/png;base64,AA", "http://["]) {
    assert.throws(() => ownAddress(address, page), Trouble, address);
  }
});

test("a snapshot is named by its moment, in an order that sorts", () => {
  assert.equal(snapshotName(new Date(2026, 2, 4, 5, 6, 7)), "allsmiles-2026-03-04-05-06-07.png");
});
