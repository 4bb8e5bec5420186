import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { createRouting } from "../../../static/js/core/routing.js";

const QUICK_MS = 40;
const SLOW_MS = 500;

/** @param {Partial<Parameters<typeof createRouting>[0]>} [wishes] */
const routing = (wishes = {}) => createRouting({ allowed: "both", able: true, wish: "auto", ...wishes });

/** @param {ReturnType<typeof createRouting>} route @param {number} from @param {number} until @param {number} took_ms */
function look(route, from, until, took_ms) {
  for (let time = from; time <= until; time += took_ms) route.looked(took_ms, time);
}

test("a quick device looks itself, one that cannot does not", () => {
  assert.equal(routing().now(), "device");
  assert.equal(routing({ able: false }).now(), "server");
});

test("what a person chose holds, whatever happens", () => {
  const device = routing({ wish: "device" });
  const server = routing({ wish: "server" });

  look(device, 0, 60_000, SLOW_MS);
  server.unanswered(0);
  server.tick(60_000);

  assert.equal(device.now(), "device");
  assert.equal(server.now(), "server");
});

test("what the operator forbids is never taken", () => {
  fc.assert(
    fc.property(fc.constantFrom("device", "server"), fc.constantFrom("auto", "device", "server"), fc.boolean(), fc.boolean(), (only, wish, able, bad) => {
      const route = routing({ allowed: /** @type {any} */ (only), wish: /** @type {any} */ (wish), able });
      if (bad) {
        look(route, 0, 60_000, SLOW_MS);
        route.failed();
        route.refused();
      }
      assert.equal(route.now(), only);
      assert.equal(route.probeDue(1e9), false);
    }),
  );
});

test("a device that is too slow at the start hands over to the server", () => {
  const route = routing();

  route.measured(SLOW_MS, 0);

  assert.equal(route.now(), "server");
});

test("a slow moment moves nothing, a slow time does", () => {
  const route = routing();
  look(route, 0, 5000, QUICK_MS);

  look(route, 5000, 6500, SLOW_MS);
  look(route, 6500, 12_000, QUICK_MS);
  assert.equal(route.now(), "device");
  look(route, 12_000, 20_000, SLOW_MS);

  assert.equal(route.now(), "server");
});

test("a device that is well again comes back, one that is not is asked more and more rarely", () => {
  const route = routing();
  route.measured(SLOW_MS, 0);
  assert.equal(route.probeDue(59_000), false);
  assert.equal(route.probeDue(61_000), true);

  route.measured(200, 61_000);
  assert.equal(route.now(), "server");
  assert.equal(route.probeDue(61_000 + 119_000), false);
  assert.equal(route.probeDue(61_000 + 121_000), true);
  route.measured(QUICK_MS, 182_000);

  assert.equal(route.now(), "device");
  assert.equal(route.probeDue(1e9), false);
});

test("a silent server gives way to a slow device, and is tried again later", () => {
  const route = routing();
  route.measured(SLOW_MS, 0);

  route.unanswered(1000);
  route.tick(5000);
  assert.equal(route.now(), "server");
  route.tick(6000);
  assert.equal(route.now(), "device");
  look(route, 6000, 60_000, SLOW_MS);
  route.tick(60_000);
  assert.equal(route.now(), "device");
  route.tick(67_000);

  assert.equal(route.now(), "server");
});

test("a server that answers in time is not left", () => {
  const route = routing();
  route.measured(SLOW_MS, 0);

  route.unanswered(1000);
  route.answered();
  route.tick(10_000);

  assert.equal(route.now(), "server");
});

test("where neither works the server is waited for", () => {
  const route = routing({ able: false });

  route.unanswered(0);
  route.tick(6000);

  assert.equal(route.now(), "server");
});
