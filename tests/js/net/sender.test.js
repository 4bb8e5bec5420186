import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { createMemory, thresholdsOf } from "../../../static/js/core/memory.js";
import { createSender } from "../../../static/js/net/sender.js";

const THRESHOLDS = thresholdsOf({
  emotion: { smile_label: "happy", calibration: { unsure_below: 0.4, smile_threshold: 0.5 } },
  gender: { calibration: { unsure_below: 0.8 } },
});

/** A connection whose answers come when a test says so. */
function fakeWire() {
  /** @type {Record<string, (...rest: any[]) => void>} */
  const listeners = {};
  /** @type {{picture: ArrayBuffer, about: any, answer: (answer: any) => void}[]} */
  const sent = [];
  const wire = {
    connected: true,
    calls: /** @type {string[]} */ ([]),
    sent,
    on: (/** @type {string} */ name, /** @type {any} */ listener) => void (listeners[name] = listener),
    emit: (/** @type {string} */ _, /** @type {any} */ picture, /** @type {any} */ about, /** @type {any} */ answer) =>
      void sent.push({ picture, about, answer }),
    connect: () => void wire.calls.push("connect"),
    disconnect: () => void wire.calls.push("disconnect"),
    lose(reason = "transport close") {
      wire.connected = false;
      listeners.disconnect(reason);
    },
    comeBack() {
      wire.connected = true;
      listeners.connect();
    },
  };
  return wire;
}

/** A server's answer with a face at each place. @param {...number} places */
const faces = (...places) => ({
  width: 640,
  height: 480,
  elapsed_ms: 5,
  faces: places.map((x, i) => ({
    id: i + 1,
    box: { x, y: 50, width: 80, height: 100 },
    landmarks: Array.from({ length: 5 }, () => [x, 60]),
    score: 0.9,
    emotion: "happy",
    scores: { happy: 0.9, neutral: 0.1 },
    smile: 0.9,
    gender: "female",
    gender_scores: { female: 0.95, male: 0.05 },
  })),
});

/** Time, connection and sender of a test; frames are numbers, so that it can be told which one was sent. */
function scene() {
  mock.timers.enable({ apis: ["setTimeout"] });
  const wire = fakeWire();
  const memory = createMemory(THRESHOLDS);
  /** @type {string[]} */
  const states = [];
  const clock = { time: 0 };
  const sender = createSender({
    wire,
    memory,
    detect_side: 320,
    encode: async (/** @type {any} */ { number }) => ({ bytes: Uint8Array.of(number).buffer, width: 1280, height: 960, scale: 2 }),
    onState: (state) => void states.push(state),
    now: () => clock.time,
  });
  return {
    wire,
    sender,
    states,
    /** @param {number} ms */
    async pass(ms) {
      clock.time += ms;
      mock.timers.tick(ms);
      await settled();
    },
    clock,
    end: () => (sender.close(), mock.timers.reset()),
  };
}

/** Let everything run that waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** @param {number} number */
const frame = (number) => /** @type {any} */ ({ number, close() {} });

/** @param {Promise<unknown>} promise @returns {Promise<boolean>} whether it has ended */
const ended = async (promise) => (await Promise.race([promise.then(() => true), settled().then(() => false)])) === true;

test("a frame becomes faces in its own pixels, steadied and numbered here", async () => {
  const { wire, sender, pass, states, end } = scene();
  for (let i = 0; i < 3; i++) {
    const look = sender.look(frame(i), i * 100);
    await settled();
    await pass(40);
    wire.sent[i].answer(faces(100));
    const seen = await look;
    if (i < 2) continue;
    assert.deepEqual(seen?.faces.map(({ id, emotion, box }) => [id, emotion, box.x, box.width]), [[1, "happy", 200, 160]]);
    assert.equal(seen?.stats.backend, "server");
    assert.equal(seen?.stats.round_trip_ms, 40);
    assert.deepEqual([seen?.width, seen?.height], [1280, 960]);
  }

  assert.deepEqual(wire.sent[0].about, { time: 0, still: true, side: 320 });
  assert.deepEqual(states, ["looking"]);
  end();
});

test("one frame is in flight, a second is refused", async () => {
  const { wire, sender, end } = scene();
  const first = sender.look(frame(1), 0);
  await settled();

  await assert.rejects(sender.look(frame(2), 50), { name: "Busy" });

  assert.equal(wire.sent.length, 1);
  wire.sent[0].answer(faces());
  assert.deepEqual((await first)?.faces, []);
  end();
});

test("a slow network gives fewer frames, each new when it is sent, and what is drawn is never older than one round trip", async () => {
  const { wire, sender, pass, clock, end } = scene();
  const round_trip_ms = 900;
  /** @type {number[]} */
  const ages = [];
  for (let i = 0; i < 10; i++) {
    await sender.ready();
    const taken_at = clock.time;
    const look = sender.look(frame(i), taken_at);
    await settled();
    await pass(round_trip_ms);
    wire.sent[i].answer(faces(100));
    await look;
    ages.push(clock.time - taken_at);
  }

  assert.equal(wire.sent.length, 10);
  assert.deepEqual([...new Set(ages)], [round_trip_ms]);
  end();
});

test("faces keep their numbers where every look takes seconds", async () => {
  const { wire, sender, pass, clock, end } = scene();
  /** @type {number[][]} */
  const ids = [];
  for (let i = 0; i < 5; i++) {
    const look = sender.look(frame(i), clock.time);
    await settled();
    await pass(4000);
    wire.sent[i].answer(faces(100, 400));
    ids.push((await look)?.faces.map(({ id }) => id) ?? []);
  }

  assert.deepEqual(ids, [[], [1, 2], [1, 2], [1, 2], [1, 2]]);
  end();
});

test("a quick network gives no more frames than show anything new", async () => {
  const { wire, sender, pass, end } = scene();
  const look = sender.look(frame(1), 0);
  await settled();
  await pass(5);
  wire.sent[0].answer(faces());
  await look;

  const ready = sender.ready();

  assert.equal(await ended(ready), false);
  await pass(55);
  assert.equal(await ended(ready), true);
  end();
});

test("a busy server is left alone as long as it asks", async () => {
  const { wire, sender, pass, states, end } = scene();
  const look = sender.look(frame(1), 0);
  await settled();
  wire.sent[0].answer({ error: "busy", detail: "later", retry_ms: 500 });

  assert.equal(await look, null);
  const ready = sender.ready();
  await pass(499);
  assert.equal(await ended(ready), false);
  await pass(251);
  assert.equal(await ended(ready), true);
  assert.deepEqual(states, ["busy"]);
  end();
});

test("a server that is often busy is sent fewer frames, and more again when it answers", async () => {
  const { wire, sender, pass, clock, states, end } = scene();
  /** @param {any} answer @returns {Promise<number>} ms until the next frame may go */
  const next = async (answer) => {
    const look = sender.look(frame(1), clock.time);
    await settled();
    await pass(10);
    wire.sent[wire.sent.length - 1].answer(answer);
    await look;
    const start = clock.time;
    let ready = false;
    void sender.ready().then(() => (ready = true));
    while (!ready) await pass(5);
    return clock.time - start + 10;
  };
  const first = await next(faces(100));

  for (let i = 0; i < 3; i++) await next({ error: "busy", detail: "later", retry_ms: 100 });
  const after = await next(faces(100));
  let last = after;
  for (let i = 0; i < 30; i++) last = await next(faces(100));

  assert.equal(first, 60);
  assert.equal(after, 480);
  assert.equal(last, 60);
  assert.deepEqual(states, ["looking"]);
  end();
});

test("a picture on its own that is too large is sent smaller", async () => {
  const { wire, sender, end } = scene();
  const look = sender.look(frame(1), 0, { still: true });
  await settled();
  wire.sent[0].answer({ error: "too_large", detail: "smaller, please" });
  await settled();
  wire.sent[1].answer(faces(100));

  assert.equal((await look)?.faces.length, 1);
  assert.deepEqual(wire.sent[1].about, { time: 0, still: true });
  end();
});

test("a refusal that time does not mend is an error with the server's reason", async () => {
  const { wire, sender, end } = scene();
  const look = sender.look(frame(1), 0);
  await settled();
  wire.sent[0].answer({ error: "not_offered", detail: "This server looks at no frames." });

  await assert.rejects(look, { name: "Refused", message: "This server looks at no frames." });
  end();
});

test("a lost connection ends the frame in flight, and faces keep their numbers when it is back", async () => {
  const { wire, sender, pass, states, clock, end } = scene();
  const lookAt = async (/** @type {number[]} */ ...places) => {
    const look = sender.look(frame(1), clock.time);
    await settled();
    await pass(100);
    wire.sent[wire.sent.length - 1].answer(faces(...places));
    return (await look)?.faces.map(({ id, box }) => [id, Math.round(box.x)]);
  };
  await lookAt(100, 400);
  assert.deepEqual(await lookAt(100, 400), [[1, 200], [2, 800]]);

  const lost = sender.look(frame(2), clock.time);
  await settled();
  wire.lose();
  assert.equal(await lost, null);
  const ready = sender.ready();
  await pass(8000);
  assert.equal(await ended(ready), false);
  wire.comeBack();
  await ready;

  assert.deepEqual(await lookAt(400, 100), [[1, 200], [2, 800]]);
  assert.deepEqual(states, ["looking", "connecting", "looking"]);
  end();
});

test("an answer that never comes makes the connection anew, and one that comes too late is not taken for the next", async () => {
  const { wire, sender, pass, end } = scene();
  const first = sender.look(frame(1), 0);
  await settled();
  await pass(10_000);
  assert.equal(await first, null);
  assert.deepEqual(wire.calls, ["disconnect", "connect"]);

  const second = sender.look(frame(2), 10_100);
  await settled();
  wire.sent[0].answer(faces(100, 300));
  assert.equal(await ended(second), false);
  wire.sent[1].answer(faces());

  assert.deepEqual((await second)?.faces, []);
  end();
});

test("a server that sends away is asked again after a moment", async () => {
  const { wire, pass, end } = scene();

  wire.lose("io server disconnect");
  assert.deepEqual(wire.calls, []);
  await pass(1000);

  assert.deepEqual(wire.calls, ["connect"]);
  end();
});

test("the end answers whoever waits", async () => {
  const { sender, wire, end } = scene();
  const look = sender.look(frame(1), 0);
  await settled();
  wire.lose();
  const ready = sender.ready();

  end();

  assert.equal(await look, null);
  assert.equal(await ended(ready), true);
  await assert.rejects(sender.look(frame(2), 1), { name: "Closed" });
});
