/** What a station has counted and not yet sent: a bounded queue whose batches keep their number until they are acknowledged. */

/** @typedef {import("../contract.js").CountCell} CountCell */
/** @typedef {{sequence: number, cells: CountCell[]}} Batch */
/**
 * @typedef {object} Queue
 * @property {string} stream drawn at random when the queue was made
 * @property {number} sequence of the latest batch
 * @property {CountCell[]} open not in a batch yet, one per minute
 * @property {Batch | null} sent a batch that may have arrived: it is sent again as it is
 * @property {number} lost cells dropped because the queue was full
 */

/** A week of minutes; the server takes nothing older by default. */
export const MOST_CELLS = 10_080;
/** As many as one batch may carry. */
const BATCH = 2000;
const MINUTE_MS = 60_000;

/** @param {string} stream @returns {Queue} */
export const emptyQueue = (stream) => ({ stream, sequence: 0, open: [], sent: null, lost: 0 });

/** @param {Record<string, number>} [a] @param {Record<string, number>} [b] */
function addRecords(a = {}, b = {}) {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

/** Add up two cells of one minute. @param {CountCell} a @param {CountCell} b @returns {CountCell} */
export const addCells = (a, b) => ({
  start: Math.min(a.start, b.start),
  observed_ms: Math.min(MINUTE_MS, a.observed_ms + b.observed_ms),
  visits: a.visits + b.visits,
  smiled: a.smiled + b.smiled,
  brightened: a.brightened + b.brightened,
  dimmed: a.dimmed + b.dimmed,
  dwell_ms: a.dwell_ms + b.dwell_ms,
  dwell: a.dwell.map((count, i) => count + b.dwell[i]),
  emotion_ms: addRecords(a.emotion_ms, b.emotion_ms),
  gender: addRecords(a.gender, b.gender),
});

/** Put a cell into the queue; cells of one minute become one, and the oldest go where it is full. @param {Queue} queue @param {CountCell} cell @returns {Queue} */
export function addCell(queue, cell) {
  const minute = Math.floor(cell.start / MINUTE_MS);
  const same = queue.open.findIndex(({ start }) => Math.floor(start / MINUTE_MS) === minute);
  const open = same < 0 ? [...queue.open, cell] : queue.open.with(same, addCells(queue.open[same], cell));
  const excess = Math.max(0, open.length - MOST_CELLS);
  return { ...queue, open: open.slice(excess), lost: queue.lost + excess };
}

/** Make sure there is a batch to send, if there is anything. @param {Queue} queue @returns {Queue} */
export function prepareBatch(queue) {
  if (queue.sent || queue.open.length === 0) return queue;
  const sequence = queue.sequence + 1;
  return { ...queue, sequence, sent: { sequence, cells: queue.open.slice(0, BATCH) }, open: queue.open.slice(BATCH) };
}

/** Forget a batch that was acknowledged, or that the server will never take. @param {Queue} queue @param {number} sequence @returns {Queue} */
export const acknowledge = (queue, sequence) => (queue.sent?.sequence === sequence ? { ...queue, sent: null } : queue);

/** Move what is not sent yet after the device's clock was set. @param {Queue} queue @param {number} by_ms @returns {Queue} */
export const moveOpen = (queue, by_ms) => ({ ...queue, open: queue.open.map((cell) => ({ ...cell, start: Math.max(0, Math.round(cell.start + by_ms)) })) });

/** How many minutes wait. @param {Queue} queue */
export const waiting = (queue) => queue.open.length + (queue.sent?.cells.length ?? 0);
