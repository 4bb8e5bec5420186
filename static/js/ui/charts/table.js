// A plain table: what screen readers, and everybody who wants the numbers, read instead of a chart.
import { make } from "../dom.js";

/**
 * Make a table whose first column names its rows.
 * @param {string} caption
 * @param {string[]} heads
 * @param {(string | Node)[][]} rows
 */
export function makeTable(caption, heads, rows) {
  const head = make("tr", "", ...heads.map((text) => Object.assign(make("th", "", text), { scope: "col" })));
  const body = rows.map(([name, ...cells]) =>
    make("tr", "", Object.assign(make("th", "", name), { scope: "row" }), ...cells.map((cell) => make("td", "", cell))),
  );
  return make("table", "", make("caption", "for-readers", caption), make("thead", "", head), make("tbody", "", ...body));
}
