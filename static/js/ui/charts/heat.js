// Weekday and hour as a table of shades: a real table, so that it reads as one.
import { t, tn } from "../../translate.js";
import { make } from "../dom.js";
import { formatHour, formatScore, formatShort, formatWeekday } from "../format.js";

/** @typedef {import("../../contract.js").HeatCell} HeatCell */
/** @typedef {import("../../core/period.js").Metric} Metric */

/** @param {HeatCell} cell @param {Metric} metric @returns {number | null} */
const numberOf = (cell, metric) => (metric === "visits" ? cell.visits : (cell.satisfaction?.value ?? null));

/** @param {HeatCell | undefined} cell */
function said(cell) {
  if (!cell) return t("nothing was counted");
  if (!cell.satisfaction) return t("too few visits in any one hour");
  const { value, low, high } = cell.satisfaction;
  const range = { value: formatScore(value), low: formatScore(low), high: formatScore(high) };
  return `${t("satisfaction %(value)s (%(low)s to %(high)s)", range)}, ${tn("%(count)s visit", "%(count)s visits", cell.visits)}`;
}

/**
 * Show the hours of the week.
 * @param {HTMLElement} holder
 * @param {HeatCell[]} cells
 * @param {Metric} metric
 */
export function showHeat(holder, cells, metric) {
  const hours = cells.map(({ hour }) => hour);
  const [first, last] = [Math.min(...hours), Math.max(...hours)];
  const numbers = cells.map((cell) => numberOf(cell, metric)).filter((value) => value !== null);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (numbers.length === 0) return holder.replaceChildren(make("p", "nothing", t("No hour has enough visits yet.")));
  const columns = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const head = make("tr", "", make("td"), ...columns.map((hour) => Object.assign(make("th", "", String(hour)), { scope: "col" })));
  const rows = [0, 1, 2, 3, 4, 5, 6].map((weekday) => {
    const name = Object.assign(make("th", "", formatWeekday(weekday)), { scope: "row" });
    const shades = columns.map((hour) => {
      const cell = cells.find((one) => one.weekday === weekday && one.hour === hour);
      const value = cell ? numberOf(cell, metric) : null;
      const text = value === null ? "" : metric === "visits" ? formatShort(value) : String(Math.round(value));
      const shade = make("td", value === null ? "empty" : "shade", make("span", "", text));
      shade.title = `${formatWeekday(weekday, "long")} ${formatHour(hour)}: ${said(cell)}`;
      if (value !== null) shade.style.setProperty("--level", String(high > low ? (value - low) / (high - low) : 0.5));
      return shade;
    });
    return make("tr", "", name, ...shades);
  });
  const what = metric === "visits" ? t("Visits by weekday and hour") : t("Satisfaction by weekday and hour");
  const table = make("table", "heat", make("caption", "for-readers", what), make("thead", "", head), make("tbody", "", ...rows));
  const scale = metric === "visits" ? [formatShort(low), formatShort(high)] : [formatScore(low), formatScore(high)];
  const legend = make("p", "heat-legend", scale[0], make("span", "ramp"), scale[1]);
  legend.setAttribute("aria-hidden", "true");
  holder.replaceChildren(make("div", "scrolls", table), legend);
}
