// The headline numbers, each against the period before.
import { t } from "../../translate.js";
import { make } from "../dom.js";
import { formatChange, formatCount, formatDay, formatDuration, formatGrowth, formatScore, formatShare, formatSure } from "../format.js";

/** @typedef {import("../../contract.js").EstimateInfo} EstimateInfo */
/** @typedef {import("../../contract.js").Figures} Figures */
/** @typedef {import("../../contract.js").Summary} Summary */

/** @param {string} kind @param {string} text */
function changeBadge(kind, text) {
  return make("span", "change", make("span", `arrow ${kind}`), text);
}

/** Say how a share changed, and honestly where chance explains it. @param {EstimateInfo | null} change */
function shareChange(change) {
  if (!change) return [];
  const sure = change.low > 0 || change.high < 0;
  const kind = !sure ? "same" : change.value > 0 ? "up" : "down";
  return [changeBadge(kind, sure ? t("%(change)s points", { change: formatChange(change.value) }) : t("no clear change"))];
}

/** @param {number | null} now @param {number | null | undefined} before */
function growth(now, before) {
  if (now === null || !before) return [];
  const share = now / before - 1;
  return [changeBadge(Math.abs(share) < 0.005 ? "same" : share > 0 ? "up" : "down", formatGrowth(share))];
}

/** Say what a whole day had, beside one that is not over. @param {Figures | null} before @param {string} day */
function soFar(before, day) {
  if (!before) return [];
  const of = { count: formatCount(before.visits), day: formatDay(day, { weekday: "long", day: "numeric", month: "short" }) };
  return [make("p", "", t("so far; the whole of %(day)s: %(count)s", of))];
}

/** @param {string} title @param {string} number @param {string} unit @param {...(Node | string)} rest */
function card(title, number, unit, ...rest) {
  return make("article", "figure", make("h2", "", title), make("p", "big", number, make("small", "", unit)), ...rest);
}

/** @param {EstimateInfo} estimate */
function scale({ value, low, high }) {
  const bar = make("div", "scale", make("i"), make("b"));
  bar.setAttribute("aria-hidden", "true");
  for (const [name, share] of Object.entries({ value, low, high })) bar.style.setProperty(`--${name}`, String(share));
  return bar;
}

/**
 * Show the headline numbers.
 * @param {HTMLElement} holder
 * @param {Summary} summary
 * @param {boolean} goes_on the period is a day that is not over
 */
export function showFigures(holder, { now, before, before_first, change }, goes_on) {
  const { satisfaction, brightening } = now;
  const main = satisfaction
    ? card(
        t("Satisfaction"),
        formatScore(satisfaction.value),
        ` ${t("of 100")}`,
        scale(satisfaction),
        make("p", "", formatSure(satisfaction, formatScore)),
        ...shareChange(change),
      )
    : card(t("Satisfaction"), "–", "", make("p", "", t("Too few visits in this period")));
  main.classList.add("main");
  const watched = now.observed === null ? "" : t("stations were looking %(share)s of opening hours", { share: formatShare(now.observed) });
  const bright = brightening
    ? card(
        t("Leave brighter"),
        formatChange(brightening.value),
        ` ${t("in 100")}`,
        make("p", "", formatSure(brightening, formatChange)),
      )
    : card(t("Leave brighter"), "–", "");
  holder.replaceChildren(
    main,
    card(t("Visits"), formatCount(now.visits), "", make("p", "", watched), ...(goes_on ? soFar(before, before_first) : growth(now.visits, before?.visits))),
    card(
      t("Mean visit"),
      now.dwell_s === null ? "–" : formatDuration(now.dwell_s),
      "",
      make("p", "", before?.dwell_s ? t("before: %(duration)s", { duration: formatDuration(before.dwell_s) }) : ""),
      ...growth(now.dwell_s, before?.dwell_s),
    ),
    bright,
  );
}
