import assert from "node:assert/strict";
import { test } from "node:test";

import { createSettings, DEFAULTS, readSettings } from "../../../static/js/ui/settings.js";

/** A browser's store in memory. @param {Record<string, string>} [kept] */
function store(kept = {}) {
  return {
    getItem: (/** @type {string} */ name) => kept[name] ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => void (kept[name] = value),
    removeItem: (/** @type {string} */ name) => void delete kept[name],
  };
}

test("settings survive a visit", () => {
  const storage = store();
  createSettings(storage).set("theme", "dark");

  assert.equal(createSettings(storage).get().theme, "dark");
});

test("values of another age or hand fall back to the defaults", () => {
  assert.deepEqual(readSettings("no json"), DEFAULTS);
  assert.deepEqual(readSettings("null"), DEFAULTS);
  assert.deepEqual(readSettings('{"theme": "pink", "mirror": "yes", "colour": 3, "bars": false}'), { ...DEFAULTS, bars: false });
});

test("forgetting returns to the defaults and tells it", () => {
  const storage = store();
  const settings = createSettings(storage);
  settings.set("statistics", true);
  /** @type {unknown[]} */
  const told = [];
  settings.subscribe((_, changed) => told.push(changed));

  settings.forget();

  assert.deepEqual(settings.get(), DEFAULTS);
  assert.deepEqual(told, [null]);
  assert.deepEqual(createSettings(storage).get(), DEFAULTS);
});

test("a listener hears changes until it stops, and nothing where nothing changed", () => {
  const settings = createSettings(null);
  /** @type {unknown[]} */
  const told = [];
  const stop = settings.subscribe((_, changed) => told.push(changed));

  settings.set("mirror", DEFAULTS.mirror);
  settings.set("mirror", !DEFAULTS.mirror);
  stop();
  settings.set("bars", false);

  assert.deepEqual(told, ["mirror"]);
});
