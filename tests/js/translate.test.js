// The words of the page: from its catalogue, with values, plurals and numbers in its language.
import assert from "node:assert/strict";
import { test } from "node:test";

let loads = 0;

/** Load the module as a page in this language with these words would. @param {string} lang @param {Record<string, string | string[]>} words */
async function page(lang, words) {
  /** @type {any} */ (globalThis).document = { documentElement: { lang }, querySelector: () => ({ textContent: JSON.stringify(words) }) };
  try {
    return /** @type {typeof import("../../static/js/translate.js")} */ (await import(`../../static/js/translate.js?${++loads}`));
  } finally {
    delete (/** @type {any} */ (globalThis).document);
  }
}

test("words come from the catalogue, and without an entry they are as in the code", async () => {
  const { t } = await page("de", { "no clear change": "keine klare Änderung" });

  assert.equal(t("no clear change"), "keine klare Änderung");
  assert.equal((await page("de", { visit: ["Besuch", "Besuche"] })).t("visit"), "Besuch");
  assert.equal(t("of %(name)s", { name: "Ada" }), "of Ada");
});

test("numbers are written as the language has them, text stays", async () => {
  const { t } = await page("de", { "%(count)s points": "%(count)s Punkte" });

  assert.equal(t("%(count)s points", { count: 1234.5 }), "1.234,5 Punkte");
  assert.equal(t("%(count)s points", { count: "1234" }), "1234 Punkte");
});

test("a percent sign is written twice, and a value may hold one", async () => {
  const { t } = await page("en", {});

  assert.equal(t("95 %% sure: %(low)s", { low: "5 %% of %(low)s" }), "95 % sure: 5 %% of %(low)s");
});

test("the form goes by the number", async () => {
  const { tn } = await page("de", { "%(count)s visit": ["%(count)s Besuch", "%(count)s Besuche"] });

  assert.deepEqual([0, 1, 2, 12_000].map((count) => tn("%(count)s visit", "%(count)s visits", count)), ["0 Besuche", "1 Besuch", "2 Besuche", "12.000 Besuche"]);
});

test("a language with other forms than English gets the right one", async () => {
  const { tn } = await page("pl", { "%(count)s face": ["%(count)s twarz", "%(count)s twarze", "%(count)s twarzy"] });

  assert.deepEqual([1, 3, 5].map((count) => tn("%(count)s face", "%(count)s faces", count)), ["1 twarz", "3 twarze", "5 twarzy"]);
});

test("without a catalogue English has its two forms", async () => {
  const { tn } = await page("en", {});

  assert.deepEqual([1, 2].map((count) => tn("%(count)s face", "%(count)s faces", count)), ["1 face", "2 faces"]);
});

test("dates are written as the browser's person has them, where that is in the page's language", async () => {
  const known = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { languages: ["de-AT", "en-GB"] }, configurable: true });
  try {
    assert.deepEqual([(await page("en", {})).locale, (await page("de", {})).locale, (await page("fr", {})).locale], ["en-GB", "de-AT", "fr"]);
  } finally {
    if (known) Object.defineProperty(globalThis, "navigator", known);
    else Reflect.deleteProperty(globalThis, "navigator");
  }
});
