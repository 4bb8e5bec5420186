// The places, or the stations of one, in order of satisfaction.
import { t } from "../../translate.js";
import { makeTable } from "../charts/table.js";
import { make } from "../dom.js";
import { formatChange, formatCount, formatGrowth, formatScore, formatSure } from "../format.js";

/** @typedef {import("../../contract.js").LeagueRow} LeagueRow */
/** @typedef {import("../../contract.js").EstimateInfo} EstimateInfo */

/** @param {EstimateInfo | null} estimate */
function satisfactionCell(estimate) {
  if (!estimate) return make("span", "note", t("too few visits"));
  const whisker = make("span", "whisker", make("i"), make("b"));
  whisker.setAttribute("aria-hidden", "true");
  for (const name of /** @type {const} */ (["value", "low", "high"])) whisker.style.setProperty(`--${name}`, String(estimate[name]));
  const number = make("b", "", formatScore(estimate.value));
  number.title = formatSure(estimate, formatScore);
  return make("span", "", whisker, number);
}

/** @param {EstimateInfo | null} change */
function changeCell(change) {
  if (!change) return make("span", "note", "–");
  const sure = change.low > 0 || change.high < 0;
  const cell = make("span", "change", make("span", `arrow ${!sure ? "same" : change.value > 0 ? "up" : "down"}`), formatChange(change.value));
  cell.title = sure ? t("more than chance explains") : t("chance explains this change");
  return cell;
}

/**
 * Show the league.
 * @param {HTMLElement} holder
 * @param {[string, string]} said its title, and what a row is
 * @param {LeagueRow[]} rows
 * @param {(id: number) => string} linkTo the address that shows one row
 * @param {boolean} goes_on the period is a day that is not over, whose visits are compared with nothing
 */
export function showLeague(holder, [title, kind], rows, linkTo, goes_on) {
  const lines = rows.map(({ id, name, satisfaction, change, visits, visits_before }) => [
    Object.assign(make("a", "", name), { href: linkTo(id) }),
    satisfactionCell(satisfaction),
    changeCell(change),
    formatCount(visits),
    change && visits_before && !goes_on ? formatGrowth(visits / visits_before - 1) : "–",
  ]);
  const table = makeTable(title, [kind, t("Satisfaction"), t("Change"), t("Visits"), t("Change")], lines);
  table.classList.add("league");
  holder.replaceChildren(table);
}
