// One page's seat in a room: joins again by itself, asks for the time, tells how close its faces are, hears how close the others are.
import { t } from "../translate.js";
import { createClock } from "./clock.js";
import { openSocket } from "./socket.js";

/** @typedef {import("../contract.js").RoomView} RoomView */
/** @typedef {import("../contract.js").RoomFinish} RoomFinish */
/** @typedef {import("../contract.js").RoomReport} RoomReport */
/** @typedef {import("../contract.js").Problem} Problem */
/** @typedef {Problem & {final: boolean}} Wrong `final` where the seat is gone for good; else the page goes on trying */

/** Also without news something is said this often: who is silent for 2 s is away. */
const SAY_EVERY_MS = 250;
const ANSWER_MS = 3000;
const PROBE_EVERY_MS = 1500;
const FIRST_PROBES = 6;
/** A page that looks no more, asleep or overburdened, does not go on saying what it last saw. */
const STALE_MS = 3000;
/** @type {RoomReport} */
export const NOBODY = { progress: [], smiling: false };
const FINAL = ["over", "replaced", "off"];
/** A join that got no answer, or one that says not yet or no seat left, is tried again after this time or the one the server names. */
const AGAIN_MS = 3000;

/**
 * @param {string} code
 * @param {object} ears
 * @param {(view: RoomView) => void} ears.onView
 * @param {(wrong: Wrong) => void} ears.onProblem
 * @param {(online: boolean) => void} ears.onOnline
 * @param {(frame: {seat: string, shot: number, picture: Blob, finish: RoomFinish | null, logo: Blob | null}) => void} ears.onFrame the host's says how a collage is finished
 */
export async function enterRoom(code, { onView, onProblem, onOnline, onFrame }) {
  const socket = await openSocket();
  const clock = createClock();
  let report = NOBODY;
  let reported_at = -Infinity;
  let seated = false;
  let over = false;
  let asking = false;
  let news = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again;

  /** @param {string} name @param {...unknown} message @returns {Promise<any>} null without an answer in time */
  const ask = (name, ...message) => socket.timeout(ANSWER_MS).emitWithAck(name, ...message).catch(() => null);

  /** @param {any} answer */
  function hear(answer) {
    if (answer === null || over) return;
    if (!answer.error) return answer.seats && onView(answer);
    if (answer.error === "no_seat") return void join();
    if (answer.error === "busy") return;
    const final = FINAL.includes(answer.error);
    if (final) close();
    onProblem({ ...answer, final });
  }

  function close() {
    over = true;
    clearTimeout(again);
    seated = false;
    socket.close();
  }

  async function join() {
    seated = false;
    clearTimeout(again);
    const answer = await ask("room:join", { code, token: seatToken(code) });
    seated = answer !== null && !answer.error;
    hear(answer);
    clearTimeout(again);
    // A connection that comes back joins by itself.
    if (!seated && !over && socket.connected) again = setTimeout(join, answer?.retry_ms ?? AGAIN_MS);
  }

  async function probe() {
    if (!socket.connected) return;
    const sent = performance.now();
    const answer = await ask("clock");
    if (answer?.time) clock.add(sent, answer.time, performance.now());
  }

  async function say() {
    // One question at a time: a slow network gets fewer of them, not a queue.
    if (!seated || asking || !socket.connected) return;
    asking = true;
    news = false;
    hear(await ask("room:report", performance.now() - reported_at < STALE_MS ? report : NOBODY));
    asking = false;
    if (news) void say();
  }

  socket.on("connect", async () => {
    onOnline(true);
    await join();
    for (let i = 0; i < FIRST_PROBES; i++) await probe();
  });
  socket.on("disconnect", () => onOnline(false));
  socket.on("room:news", () => {
    news = true;
    void say();
  });
  socket.on("room:over", () => hear({ error: "over", detail: t("The host ended the room.") }));
  socket.on("room:frame", (/** @type {{seat: string, shot: number, finish: RoomFinish | null}} */ told, /** @type {ArrayBuffer} */ content, /** @type {ArrayBuffer | null} */ logo) =>
    onFrame({ ...told, picture: new Blob([content], { type: "image/jpeg" }), logo: logo && new Blob([logo], { type: "image/png" }) }),
  );
  setInterval(() => !document.hidden && void say(), SAY_EVERY_MS);
  setInterval(() => !document.hidden && void probe(), PROBE_EVERY_MS);
  if (socket.connected) await join();

  return {
    clock,
    /** @param {RoomReport} next */
    report: (next) => {
      report = next;
      reported_at = performance.now();
    },
    /** @param {string} name @param {...unknown} message */
    send: async (name, ...message) => hear(await ask(`room:${name}`, ...message)),
    leave: async () => {
      await ask("room:leave");
      close();
    },
  };
}

/** Find this tab's secret for a room, so that a reload has the same seat. @param {string} code */
function seatToken(code) {
  const key = `allsmiles.seat.${code}`;
  try {
    const kept = sessionStorage.getItem(key) ?? crypto.randomUUID();
    sessionStorage.setItem(key, kept);
    return kept;
  } catch {
    return crypto.randomUUID();
  }
}
