import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { acknowledge, addCell, emptyQueue, MOST_CELLS, moveOpen, prepareBatch, waiting } from "../../../static/js/core/counts.js";

/** @typedef {import("../../../static/js/core/counts.js").Queue} Queue */

/** @param {number} start @param {number} visits @returns {import("../../../static/js/contract.js").CountCell} */
const cell = (start, visits) => ({
  start,
  observed_ms: 5000,
  visits,
  smiled: 0,
  brightened: 0,
  dimmed: 0,
  dwell_ms: 0,
  dwell: [visits, 0, 0, 0, 0],
  emotion_ms: {},
  gender: {},
});

/** @param {{visits: number}[]} cells */
const visitsOf = (cells) => cells.reduce((sum, { visits }) => sum + visits, 0);

test("cells of one minute become one", () => {
  const queue = [cell(60_000, 1), cell(65_000, 2), cell(120_000, 4)].reduce(addCell, emptyQueue("stream-1"));

  assert.deepEqual(queue.open.map(({ start, visits, observed_ms }) => [start, visits, observed_ms]), [
    [60_000, 3, 10_000],
    [120_000, 4, 5000],
  ]);
});

test("a batch that may have arrived is sent again as it was, under its number", () => {
  const first = prepareBatch(addCell(emptyQueue("stream-1"), cell(0, 1)));
  const second = prepareBatch(addCell(first, cell(1000, 5)));

  assert.deepEqual(second.sent, first.sent);
  assert.equal(prepareBatch(acknowledge(second, 1)).sent?.sequence, 2);
});

test("a full queue drops the oldest and says how many", () => {
  const many = Array.from({ length: MOST_CELLS }, (_, i) => cell(i * 60_000, 1));
  const queue = addCell({ ...emptyQueue("stream-1"), open: many }, cell(MOST_CELLS * 60_000, 1));

  assert.deepEqual([queue.open.length, queue.lost, queue.open[0].start], [MOST_CELLS, 1, 60_000]);
});

test("only what was not sent moves when the clock is set", () => {
  const queue = addCell(prepareBatch(addCell(emptyQueue("stream-1"), cell(0, 1))), cell(60_000, 1));

  const moved = moveOpen(queue, 3_600_000);

  assert.deepEqual([moved.open[0].start, moved.sent?.cells[0].start], [3_660_000, 0]);
});

test("whatever happens on the way, each visit reaches the server exactly once", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("count"), at: fc.integer({ min: 0, max: 600_000 }), visits: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ do: fc.constantFrom("send", "lost on the way there", "lost on the way back") }),
  );

  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      /** @type {Queue} */
      let queue = emptyQueue("stream-1");
      /** @type {Map<number, number>} */
      const server = new Map();
      let counted = 0;
      for (const one of [...steps, { do: "send" }, { do: "send" }]) {
        if ("at" in one) {
          queue = addCell(queue, cell(one.at, one.visits));
          counted += one.visits;
          continue;
        }
        queue = prepareBatch(queue);
        if (!queue.sent || one.do === "lost on the way there") continue;
        server.set(queue.sent.sequence, visitsOf(queue.sent.cells));
        if (one.do === "send") queue = acknowledge(queue, queue.sent.sequence);
      }
      assert.equal([...server.values()].reduce((sum, count) => sum + count, 0), counted);
      assert.equal(waiting(queue), 0);
    }),
  );
});
