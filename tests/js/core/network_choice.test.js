import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { createNetworkChoice, networkChoiceDefaults } from "../../../static/js/core/network_choice.js";
import { createRouting, routingDefaults } from "../../../static/js/core/routing.js";

const ALL = ["usual", "small", "best", "ferplus"];
const QUICK_MS = 40;

/** @param {Partial<Parameters<typeof createNetworkChoice>[0]>} [wishes] */
const networks = (wishes = {}) => createNetworkChoice({ wish: "auto", offered: ALL, ...wishes });

/** @param {{looked: (took_ms: number, time: number) => void}} listener @param {number} from @param {number} until @param {number} took_ms */
function look(listener, from, until, took_ms) {
  for (let time = from; time <= until; time += took_ms) listener.looked(took_ms, time);
}

test("groups get those of the networks there that tell smiles best", () => {
  const choice = networks();
  assert.equal(choice.now(), "usual");

  choice.group();
  assert.equal(choice.now(), "ferplus");

  const fewer = networks({ offered: ["usual", "best"] });
  fewer.group();
  assert.equal(fewer.now(), "best");
});

test("what a person chose holds, whatever happens", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ALL), fc.boolean(), fc.boolean(), (wish, grouped, failed) => {
      const choice = networks({ wish: /** @type {any} */ (wish) });
      if (grouped) choice.group();
      if (failed) choice.failed();
      look(choice, 0, 10_000, 900);

      assert.equal(choice.now(), wish);
    }),
  );
});

test("networks that are not there are not taken", () => {
  const choice = networks({ offered: ["usual"] });
  choice.group();

  assert.equal(choice.now(), "usual");
});

test("a device that the larger networks make slow goes back, and does not try again", () => {
  const choice = networks();
  choice.group();

  look(choice, 0, networkChoiceDefaults.patience_ms + 1500, 200);
  assert.equal(choice.now(), "usual");

  look(choice, 10_000, 20_000, QUICK_MS);
  choice.group();
  assert.equal(choice.now(), "usual");
});

test("a busy moment changes nothing", () => {
  const choice = networks();
  choice.group();
  look(choice, 0, 5000, QUICK_MS);

  look(choice, 5040, 6000, 300);
  look(choice, 6040, 60_000, QUICK_MS);

  assert.equal(choice.now(), "ferplus");
});

test("networks that do not load are given up", () => {
  const choice = networks();
  choice.group();
  choice.failed();

  assert.equal(choice.now(), "usual");
});

test("the larger networks are given up before the server is asked to look", () => {
  const choice = networks();
  choice.group();
  const routing = createRouting({ allowed: "both", able: true, wish: "auto" });

  look({ looked: (took_ms, time) => (choice.looked(took_ms, time), routing.looked(took_ms, time)) }, 0, routingDefaults.patience_ms - 1, 500);

  assert.equal(choice.now(), "usual");
  assert.equal(routing.now(), "device");
});
