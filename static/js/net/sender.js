// Looks through the server: one frame in flight, the newest next. What a page sees is the same as with vision/vision.js.
import { createMemory, SLOW_LOOK_MS, thresholdsOf } from "../core/memory.js";
import { createRate } from "../core/rate.js";
import { createEncoder } from "./encode.js";
import { openSocket } from "./socket.js";

/** @typedef {import("../contract.js").FrameRequest} FrameRequest */
/** @typedef {import("../contract.js").FrameResponse} FrameResponse */
/** @typedef {import("../contract.js").Problem} Problem */
/** @typedef {import("../contract.js").SeenFace} SeenFace */
/** @typedef {import("../contract.js").Stats} Stats */
/** @typedef {import("../core/memory.js").Memory} Memory */
/** @typedef {import("../core/memory.js").Sighting} Sighting */
/** @typedef {import("./encode.js").Drawable} Drawable */
/** @typedef {import("./encode.js").Encoded} Encoded */
/** @typedef {ReturnType<Memory["see"]> & {stats: Stats, width: number, height: number}} Look faces in pixels of the frame */
/** @typedef {"connecting" | "looking" | "busy"} State */
/**
 * @typedef {object} Wire the part of a Socket.IO client that is used here
 * @property {boolean} connected
 * @property {(event: any, listener: (...rest: any[]) => void) => unknown} on
 * @property {(event: string, picture: ArrayBuffer, about: FrameRequest, answer: (answer: FrameResponse | Problem) => void) => unknown} emit
 * @property {() => unknown} connect
 * @property {() => unknown} disconnect
 */

/** Longest side in pixels of the frames sent live: measured, see docs/decisions/0006-looking-on-the-server.md. */
export const SEND_SIDE = 640;
/** The same for pictures on their own; the second where the first is more than the server takes. */
const STILL_SIDES = [1920, 1280];
/** More looks than this a second show nothing new. */
const SHORTEST_TURN_MS = 60;
/** A busy server is sent fewer frames, down to one in this time; each answer allows a tenth more again. */
const LONGEST_TURN_MS = 1000;
/** Refused frames between answers are no news; without any answer for this long they are. */
const BUSY_MS = 1500;
/** An answer that has not come by then will not: the connection is made anew. */
const LATE_MS = 10_000;
/** A server that ends a connection is left alone for a moment. */
const SENT_AWAY_MS = 1000;
/** After "busy" without a time. */
const RETRY_MS = 500;

/**
 * Load what looking through the server needs, and begin to connect.
 * @param {object} wishes
 * @param {string} wishes.models_url folder of all networks, of which the manifests are read
 * @param {Memory | null} [wishes.memory] of what looked before, so that faces keep their numbers
 * @param {number} [wishes.detect_side] longest side in pixels of what the detector sees of a live frame
 * @param {number} [wishes.send_side] longest side in pixels of the frames sent
 * @param {(state: State) => void} [wishes.onState]
 */
export async function loadSender({ models_url, memory = null, detect_side = 320, send_side, onState }) {
  const folder = models_url.endsWith("/") ? models_url : `${models_url}/`;
  const known = memory ?? createMemory(thresholdsOf(await manifests(folder)));
  return createSender({ wire: await openSocket(), encode: createEncoder(), memory: known, detect_side, send_side, onState });
}

/** @param {string} folder */
async function manifests(folder) {
  const [emotion, gender] = await Promise.all(
    ["emotion", "gender"].map(async (name) => {
      const answer = await fetch(`${folder}${name}/manifest.json`);
      if (!answer.ok) throw named("ModelsFailed", `${answer.url} did not load (status ${answer.status}): check the connection and reload the page`);
      return answer.json();
    }),
  );
  return { emotion, gender };
}

/**
 * Make what sends frames and takes faces.
 *
 * `look(frame, time)` resolves with null where the frame was lost or refused: the next one counts. `ready()` resolves when a
 * frame may be sent, so that the newest is taken then and nothing waits in between.
 * @param {object} parts
 * @param {Wire} parts.wire
 * @param {(frame: any, side: number) => Promise<Encoded>} parts.encode
 * @param {Memory} parts.memory
 * @param {number} parts.detect_side
 * @param {number} [parts.send_side] longest side in pixels of the frames sent
 * @param {(state: State) => void} [parts.onState] whether looks come, are refused for the moment, or cannot come
 * @param {() => number} [parts.now] ms
 */
export function createSender({ wire, encode, memory, detect_side, send_side = SEND_SIDE, onState = () => {}, now = () => performance.now() }) {
  const side = Math.max(send_side, detect_side);
  const rate = createRate();
  let frames = 0;
  let next_at = -Infinity;
  let turn_ms = SHORTEST_TURN_MS;
  let answered_at = -Infinity;
  let closed = false;
  let in_flight = false;
  /** @type {((answer: FrameResponse | Problem | null) => void) | null} */
  let settle = null;
  /** @type {(() => void)[]} */
  let waiting = [];
  /** @type {State | null} */
  let state = null;

  /** @param {State} next */
  function tell(next) {
    if (state !== next && !closed) onState((state = next));
  }

  /** @param {FrameResponse | Problem | null} answer */
  function answered(answer) {
    const end = settle;
    settle = null;
    end?.(answer);
  }

  /** Go on as soon as there is a connection. */
  function wake() {
    const all = waiting;
    waiting = [];
    for (const go of all) go();
  }

  wire.on("connect", wake);
  wire.on("connect_error", () => tell("connecting"));
  wire.on("disconnect", (/** @type {string} */ reason) => {
    memory.bridge();
    tell("connecting");
    answered(null);
    // Every other loss is mended by the client itself.
    if (reason === "io server disconnect") setTimeout(() => closed || wire.connect(), SENT_AWAY_MS);
  });
  if (!wire.connected) tell("connecting");

  /**
   * @param {ArrayBuffer} bytes
   * @param {FrameRequest} about
   * @returns {Promise<FrameResponse | Problem | null>}
   */
  async function ask(bytes, about) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let late;
    const answer = new Promise((/** @type {(answer: FrameResponse | Problem | null) => void} */ resolve) => {
      settle = resolve;
      // An answer to a frame that was given up does not belong to the next one.
      const mine = resolve;
      wire.emit("frame", bytes, about, (reply) => settle === mine && answered(reply));
      late = setTimeout(() => {
        if (settle !== mine) return;
        wire.disconnect();
        answered(null);
        wire.connect();
      }, LATE_MS);
    });
    try {
      return await answer;
    } finally {
      clearTimeout(late);
    }
  }

  /** @param {Problem} problem @returns {null} */
  function refused({ error, detail, retry_ms }) {
    if (error !== "busy" && error !== "superseded" && !retry_ms) throw named("Refused", detail);
    // Many who were refused together do not come back together.
    next_at = now() + (retry_ms ?? RETRY_MS) * (1 + Math.random() / 2);
    turn_ms = Math.min(LONGEST_TURN_MS, 2 * turn_ms);
    memory.bridge();
    if (now() - answered_at > BUSY_MS) tell("busy");
    return null;
  }

  /**
   * @param {Drawable} frame
   * @param {number} time ms
   * @param {boolean} still
   * @param {number[]} sides longest, of which the first is tried first
   * @returns {Promise<Look | null>}
   */
  async function lookOnce(frame, time, still, [longest, ...smaller]) {
    const { bytes, width, height, scale } = await encode(frame, longest);
    if (closed || !wire.connected) return null;
    const sent = now();
    const answer = await ask(bytes, { time, still: true, ...(still ? {} : { side: detect_side }) });
    if (answer === null || closed) return null;
    if ("error" in answer && answer.error === "too_large" && smaller.length > 0) return lookOnce(frame, time, still, smaller);
    if ("error" in answer) return refused(answer);
    answered_at = now();
    const round_trip_ms = answered_at - sent;
    next_at = sent + turn_ms;
    turn_ms = Math.max(SHORTEST_TURN_MS, 0.9 * turn_ms);
    frames += 1;
    tell("looking");
    const sightings = answer.faces.map((face) => sighting(face, scale));
    const seen = (still ? createMemory(memory.thresholds, true) : memory).see(sightings, time);
    if (round_trip_ms > SLOW_LOOK_MS) memory.bridge();
    /** @type {Stats} */
    const stats = { backend: "server", fps: rate(time), detect_ms: answer.elapsed_ms, classify_ms: 0, frames, tensors: 0, round_trip_ms };
    return { ...seen, stats, width, height };
  }

  return {
    /** Where faces are looked at. */
    route: /** @type {const} */ ("server"),
    /** Longest side in pixels of the frames wanted. */
    side,
    memory,
    /** Resolve when the next frame may be sent. */
    async ready() {
      while (!closed && (!wire.connected || now() < next_at)) {
        const pause = next_at - now();
        if (!wire.connected) await new Promise((/** @type {(_?: unknown) => void} */ resolve) => waiting.push(resolve));
        else await new Promise((resolve) => setTimeout(resolve, pause));
      }
    },
    /**
     * Look at a frame, which is handed over. One look at a time: a second call before the answer rejects.
     * @param {Drawable & {close?: () => void}} frame
     * @param {number} time of the frame in ms; grows from frame to frame
     * @param {{still?: boolean}} [options] still: a picture on its own, looked at more closely and without memory
     * @returns {Promise<Look | null>} null where the frame was lost or the server is busy
     * @throws {Error} named "Refused" where the server will not look at such frames
     */
    async look(frame, time, { still = false } = {}) {
      if (closed || in_flight) {
        frame.close?.();
        throw named(closed ? "Closed" : "Busy", closed ? "this connection is closed: open another" : "one look at a time: wait for the answer");
      }
      in_flight = true;
      try {
        return await lookOnce(frame, time, still, still ? STILL_SIDES : [side]);
      } finally {
        in_flight = false;
        frame.close?.();
      }
    },
    /** Forget all faces, as before a new source. */
    reset: () => memory.reset(),
    /** End the connection; a look in flight ends with null. */
    close() {
      closed = true;
      wire.disconnect();
      answered(null);
      wake();
    },
  };
}

/**
 * Take a face of the server for what one frame showed.
 * @param {SeenFace} face
 * @param {number} scale pixels of the frame per pixel of the JPEG
 * @returns {Sighting}
 */
const sighting = ({ box, landmarks, score, scores, gender_scores }, scale) => ({
  box: { x: box.x * scale, y: box.y * scale, width: box.width * scale, height: box.height * scale },
  landmarks: landmarks.map(([x, y]) => /** @type {[number, number]} */ ([x * scale, y * scale])),
  score,
  look: { emotion: scores, gender: gender_scores },
});

/** @param {string} name @param {string} message */
const named = (name, message) => Object.assign(new Error(message), { name });
