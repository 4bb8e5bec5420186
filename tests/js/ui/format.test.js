// Numbers and times as a page's language has them; each language in a process of its own, since a page has one.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

const FORMAT = new URL("../../../static/js/ui/format.js", import.meta.url).href;
const AT = Date.UTC(2026, 10, 23, 8, 30) / 1000;

/** @param {string} language @param {string} expression of what format.js exports @returns {any} */
function told(language, expression) {
  const browser = `globalThis.document = { documentElement: { lang: "${language.slice(0, 2)}" } };
    Object.defineProperty(globalThis, "navigator", { value: { languages: ["${language}"] } });`;
  const code = `${browser} const format = await import("${FORMAT}"); console.log(JSON.stringify(${expression}));`;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" }).replaceAll(/[\u00a0\u202f]/g, " ").replaceAll(/\s*–\s*/g, "–"));
}

test("the numbers of an axis have their language's decimal sign, and only the decimals they need", () => {
  assert.deepEqual(told("de-DE", "[47.5, 50, 1250].map(format.formatPlain)"), ["47,5", "50", "1.250"]);
  assert.deepEqual(told("en-GB", "[47.5, 50, 1250].map(format.formatPlain)"), ["47.5", "50", "1,250"]);
});

test("hours are written as the language has them", () => {
  const hours = `[format.formatTick(${AT}, 3600), format.formatHour(8), format.formatStep(${AT}, "minute")]`;

  assert.deepEqual(told("de-DE", hours), ["08:30", "08:00", "08:30"]);
  assert.deepEqual(told("en-GB", hours), ["08:30", "08:00", "08:30"]);
  assert.deepEqual(told("en-US", hours), ["8:30 AM", "8:00 AM", "8:30 AM"]);
});

test("days are written as the language has them", () => {
  const days = `[format.formatStep(${AT}, "day"), format.formatPeriod("2026-11-01", "2026-11-30")]`;

  assert.deepEqual(told("de-DE", days), ["Mo., 23. Nov. 2026", "1.–30. Nov. 2026"]);
  assert.deepEqual(told("en-GB", days), ["Mon, 23 Nov 2026", "1–30 Nov 2026"]);
});
