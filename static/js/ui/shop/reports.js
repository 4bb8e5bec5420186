// Reports that are sent by mail each week.
import { language, t } from "../../translate.js";
import { button, byId, make, part } from "../dom.js";
import { formatHour, formatMoment, formatWeekday } from "../format.js";
import { askInDialog } from "./dialog.js";
import { lastOf } from "./messages.js";

/** @typedef {import("../../contract.js").MessageInfo} MessageInfo */
/** @typedef {import("../../contract.js").PlaceInfo} PlaceInfo */
/** @typedef {import("../../contract.js").ReportInfo} ReportInfo */
/** @typedef {import("../../contract.js").ViewInfo} ViewInfo */

const HOURS = Array.from({ length: 24 }, (_, hour) => formatHour(hour));

/**
 * Fill the list of weekly reports.
 * @param {object} parts
 * @param {(path: string, how?: {method?: string, body?: unknown}) => Promise<any>} parts.ask the server
 * @param {(text: string, run: () => Promise<unknown>, about: string, kind?: string) => HTMLElement} parts.act makes a button
 * @param {(run: () => Promise<unknown>) => Promise<void>} parts.attempt shows what became of something
 * @param {string} parts.email of who is logged in
 */
export function createReports({ ask, act, attempt, email }) {
  /** @type {{name: string, query: string}[]} */
  let choices = [];

  /** @param {PlaceInfo[]} places */
  async function show(places) {
    /** @type {[ReportInfo[], ViewInfo[]]} */
    const [reports, views] = await Promise.all([ask("/reports"), ask("/views")]);
    choices = [
      { name: t("All places"), query: "" },
      ...places.map(({ id, name }) => ({ name, query: `places=${id}` })),
      ...views.map(({ name, query }) => ({ name: t("View: %(name)s", { name }), query })),
    ];
    part("reports").replaceChildren(...(reports.length > 0 ? reports.map(row) : [make("li", "nothing", t("No weekly reports yet."))]));
    button("add-report").hidden = places.length === 0;
  }

  /** @param {ReportInfo} report */
  function row(report) {
    const { id, name, emails, weekday, hour, paused, next_at, time_zone, last } = report;
    const title = make("span", "name", name);
    if (paused) title.append(make("span", "badge", t("paused")));
    const said = { day: formatWeekday(weekday, "long"), hour: HOURS[hour], zone: time_zone, to: emails.join(", ") };
    title.append(make("small", "", t("each %(day)s at %(hour)s (%(zone)s) to %(to)s", said)));
    if (!paused) title.append(make("small", "", t("next on %(moment)s", { moment: formatMoment(next_at, time_zone) })));
    if (last) title.append(make("small", last.error ? "bad" : "", lastOf(last)));
    const body = { ...wishOf(report), paused: !paused };
    const actions = [
      act(t("Send now"), () => send(id), name),
      act(t("Edit"), () => change(report), name),
      act(paused ? t("Resume") : t("Pause"), () => ask(`/reports/${id}`, { method: "PUT", body }), name),
      act(t("Delete"), () => drop(id, name), name, "quiet danger"),
    ];
    return make("li", "", title, make("span", "actions", ...actions));
  }

  /** @param {number} id */
  async function send(id) {
    /** @type {MessageInfo[]} */
    const sent = await ask(`/reports/${id}/send`, { method: "POST" });
    const failed = sent.find(({ state }) => state !== "sent");
    if (failed) throw new Error(t("The report was not sent: %(error)s", { error: failed.error ?? "" }));
  }

  /** @param {number} id @param {string} name */
  async function drop(id, name) {
    if (confirm(t("Send “%(name)s” no more?", { name }))) await ask(`/reports/${id}`, { method: "DELETE" });
  }

  /** @param {ReportInfo | null} report */
  async function change(report) {
    const known = report ?? { name: t("Our week"), query: "", emails: [email], weekday: 0, hour: 7, language, paused: false };
    const offered = choices.some(({ query }) => query === known.query) ? choices : [...choices, { name: t("As it is now"), query: known.query ?? "" }];
    byId("report-query", HTMLSelectElement).replaceChildren(...offered.map(({ name, query }) => new Option(name, query)));
    byId("report-weekday", HTMLSelectElement).replaceChildren(
      ...Array.from({ length: 7 }, (_, day) => new Option(formatWeekday(day, "long"), String(day))),
    );
    byId("report-hour", HTMLSelectElement).replaceChildren(...HOURS.map((name, hour) => new Option(name, String(hour))));
    const when = { weekday: `${known.weekday}`, hour: `${known.hour}` };
    const said = { name: known.name, query: known.query ?? "", ...when, emails: known.emails.join(", "), language: known.language ?? language };
    await askInDialog("report", said, ({ name, query, weekday, hour, emails, language }) => {
      const to = emails.split(",").map((one) => one.trim()).filter(Boolean);
      const body = { name, query, weekday: Number(weekday), hour: Number(hour), emails: to, language, paused: known.paused };
      return ask(report ? `/reports/${report.id}` : "/reports", { method: report ? "PUT" : "POST", body });
    });
  }

  button("add-report").addEventListener("click", () => void attempt(() => change(null)));
  return { show };
}

/** @param {ReportInfo} report */
const wishOf = ({ name, query, emails, weekday, hour, language, paused }) => ({ name, query, emails, weekday, hour, language, paused });
