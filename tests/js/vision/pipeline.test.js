import assert from "node:assert/strict";
import { test } from "node:test";
import { fitInto } from "../../../static/js/vision/detect.js";
import { createQueue } from "../../../static/js/vision/pipeline.js";
import { createRate } from "../../../static/js/core/rate.js";

/** @param {number} id @param {boolean} [visible] */
const track = (id, visible = true) => /** @type {any} */ ({ id, visible });
/** @param {{id: number}[]} tracks */
const ids = (tracks) => tracks.map(({ id }) => id).sort((a, b) => a - b);

test("in a crowd everybody is classified in turn", () => {
  const queue = createQueue(2);
  const crowd = [1, 2, 3, 4, 5].map((id) => track(id));

  const turns = [1, 2, 3].map(() => ids(queue.next(crowd)));

  assert.deepEqual(turns, [[1, 2], [3, 4], [1, 5]]);
});

test("a newcomer comes first and who is not to be seen has no turn", () => {
  const queue = createQueue(1);
  queue.next([track(1), track(2)]);
  queue.next([track(1), track(2)]);

  assert.deepEqual(ids(queue.next([track(1), track(2, false), track(7)])), [7]);
});

test("a frame is fitted in its own shape and never enlarged", () => {
  assert.deepEqual(fitInto(1280, 720, 320), { width: 320, height: 180 });
  assert.deepEqual(fitInto(480, 640, 320), { width: 240, height: 320 });
  assert.deepEqual(fitInto(100, 50, 320), { width: 100, height: 50 });
  assert.deepEqual(fitInto(3000, 1, 320), { width: 320, height: 1 });
});

test("the rate is that of the last second", () => {
  const rate = createRate();

  const rates = Array.from({ length: 60 }, (_, i) => rate(1000 + i * 50));

  assert.equal(rates[0], 0);
  assert.equal(Math.round(rates[59]), 20);
  assert.equal(Math.round(rate(10000)), 0);
});
