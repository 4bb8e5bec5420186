// Parts of a whole as a table with a bar in each row.
import { t } from "../../translate.js";
import { make } from "../dom.js";
import { formatShare } from "../format.js";
import { makeTable } from "./table.js";

/** @typedef {{name: string, share: number, before: number | null, text?: string, tone?: string}} Part */

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
