// A station's line to the server: what was counted is kept on this device until the server has it on disk.
import { acknowledge, addCell, emptyQueue, moveOpen, prepareBatch, waiting } from "../core/counts.js";
import { language } from "../translate.js";

/** @typedef {import("../contract.js").CountCell} CountCell */
/** @typedef {import("../contract.js").StationSettings} StationSettings */
/** @typedef {import("../core/counts.js").Queue} Queue */
/** @typedef {{id: number, key: string}} Access */
/** @typedef {{state: "sending" | "offline" | "refused", waiting: number, detail: string}} News */

const DATABASE = "allsmiles-station";
const STORE = "queue";
const PATIENCE_MS = 15_000;
const CLOCK_MS = 2000;

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** @param {IDBDatabase} database @param {number} id @returns {Promise<Queue | undefined>} */
function readQueue(database, id) {
  return new Promise((resolve, reject) => {
    const asked = database.transaction(STORE).objectStore(STORE).get(id);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** @param {IDBDatabase} database @param {number} id @param {Queue} queue @returns {Promise<void>} when it is on disk */
function writeQueue(database, id, queue) {
  return new Promise((resolve, reject) => {
    const written = database.transaction(STORE, "readwrite", { durability: "strict" });
    written.objectStore(STORE).put(queue, id);
    written.oncomplete = () => resolve();
    written.onerror = written.onabort = () => reject(written.error);
  });
}

/**
 * Ask as a station.
 * @param {Access} access
 * @param {string} path
 * @param {unknown} [body]
 */
const askAs = ({ id, key }, path, body) =>
  fetch(`/api/v1/stations/${id}${path}`, {
    method: body ? "POST" : "GET",
    headers: { Authorization: `Bearer ${key}`, "Accept-Language": language, "Content-Type": "application/json" },
    body: body ? JSON.stringify(body) : undefined,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });

/**
 * Learn what this station is called; null where the server cannot be reached now.
 * @param {Access} access
 * @returns {Promise<StationSettings | null>}
 * @throws {Error} where the key is not right, with the server's words
 */
export async function askSettings(access) {
  const answer = await askAs(access, "").catch(() => null);
  if (answer?.ok) return answer.json();
  if (answer && answer.status < 500) throw new Error((await answer.json()).detail);
  return null;
}

/**
 * Open the queue of a station.
 * @param {Access} access
 * @param {(news: News) => void} onNews
 */
export async function openLine(access, onNews) {
  const database = await openDatabase();
  let queue = (await readQueue(database, access.id)) ?? emptyQueue(crypto.randomUUID());
  let sending = false;
  let origin = Date.now() - performance.now();

  /** @param {Queue} next */
  async function keep(next) {
    queue = next;
    await writeQueue(database, access.id, queue);
  }

  /** @param {News["state"]} state @param {string} [detail] */
  const tell = (state, detail = "") => onNews({ state, waiting: waiting(queue), detail });

  /** Send one batch; return whether another one may follow. */
  async function sendOne() {
    await keep(prepareBatch(queue));
    const { sent, stream } = queue;
    if (!sent) return false;
    const answer = await askAs(access, "/counts", { stream, sequence: sent.sequence, sent_at: Date.now(), cells: sent.cells }).catch(() => null);
    if (answer?.ok || answer?.status === 422) {
      // 422: the server will never take it; it must not stand in the way of the others.
      await keep(acknowledge(queue, sent.sequence));
      tell("sending");
      return queue.open.length > 0;
    }
    if (answer && answer.status >= 400 && answer.status < 500) tell("refused", (await answer.json()).detail);
    else tell("offline");
    return false;
  }

  return {
    /** Keep a cell, then send what waits. @param {CountCell} cell */
    add: async (cell) => {
      const begun = Date.now() - performance.now();
      // The device's clock was set: what was counted by the old one moves along.
      if (Math.abs(begun - origin) > CLOCK_MS) queue = moveOpen(queue, begun - origin);
      origin = begun;
      await keep(addCell(queue, cell));
      if (sending) return;
      sending = true;
      try {
        while (await sendOne());
      } finally {
        sending = false;
      }
    },
    waiting: () => waiting(queue),
  };
}
