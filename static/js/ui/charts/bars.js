// Parts of a whole as a table with a bar in each row.
import { t } from "../../translate.js";
import { make } from "../dom.js";
import { formatShare } from "../format.js";
import { makeTable } from "./table.js";

/** @typedef {{name: string, share: number, before: number | null, text?: string, tone?: string}} Part */

/** @typedef {{visits: number, dwell: number[]}} Visits */

/**
 * Make parts of visits by how long they lasted. Those of which it is not told, since they are too few, are a part as well: all are one whole.
 * @param {Visits} now
 * @param {Visits | null} before
 * @param {string[]} names of the lengths
 * @returns {Part[]}
 */
export function visitParts(now, before, names) {
  const [shares, earlier] = [now, before].map((visits) => visits && sharesOf(visits));
  const parts = [...names, t("withheld")].map((name, i) => ({ name, share: shares?.[i] ?? 0, before: earlier?.[i] ?? null }));
  return parts.filter(({ share, before: then }, i) => i < names.length || share > 0 || (then ?? 0) > 0);
}

/** @param {Visits} all */
function sharesOf({ visits, dwell }) {
  const told = dwell.reduce((sum, count) => sum + count, 0);
  return [...dwell, visits - told].map((count) => (visits ? count / visits : 0));
}

/**
 * Show shares, each beside the one of the period before.
 * @param {HTMLElement} holder
 * @param {string} caption
 * @param {Part[]} parts
 */
export function showBars(holder, caption, parts) {
  const largest = Math.max(...parts.flatMap(({ share, before }) => [share, before ?? 0]), 0.01);
  const compared = parts.some(({ before }) => before !== null);
  const rows = parts.map(({ name, share, before, text, tone }) => {
    const bar = make("span", "bar", make("i"), make("b"));
    bar.setAttribute("aria-hidden", "true");
    bar.style.setProperty("--share", String(share / largest));
    if (before !== null) bar.style.setProperty("--before", String(before / largest));
    bar.classList.toggle("compared", before !== null);
    if (tone) bar.style.setProperty("--tone", tone);
    const cells = [name, make("span", "bar-cell", bar, make("span", "value", text ?? formatShare(share)))];
    return compared ? [...cells, before === null ? "" : formatShare(before)] : cells;
  });
  const table = makeTable(caption, ["", t("this period"), ...(compared ? [t("before")] : [])], rows);
  table.classList.add("bars");
  holder.replaceChildren(table);
}
