// The dashboard: filters live in the address, numbers come in one answer, charts draw themselves.
import { DWELL_S } from "../contract.js";
import { chosenOf, withPlace, withStation } from "../core/chosen.js";
import { addDays, daysBetween, hoursBetween, PERIODS, questionOf, readFilters, stepsWithin, writeFilters } from "../core/period.js";
import { ask, Refusal, requireSession } from "../net/shop.js";
import { language, t, tn } from "../translate.js";
import { showBars, visitParts } from "../ui/charts/bars.js";
import { showHeat } from "../ui/charts/heat.js";
import { createLine } from "../ui/charts/line.js";
import { makeTable } from "../ui/charts/table.js";
import { button, byId, make, part } from "../ui/dom.js";
import { bucketNames, formatCount, formatPeriod, formatScore, formatStep } from "../ui/format.js";
import { browserStorage, createSettings } from "../ui/settings.js";
import { showFigures } from "../ui/shop/figures.js";
import { showLeague } from "../ui/shop/league.js";
import { showTiles } from "../ui/shop/tiles.js";
import { createViews } from "../ui/shop/views.js";
import { createTheme } from "../ui/theme.js";
import { expressionName, genderName } from "../ui/words.js";

/** @typedef {import("../contract.js").PlaceInfo} PlaceInfo */
/** @typedef {import("../contract.js").Summary} Summary */
/** @typedef {import("../core/period.js").Filters} Filters */

/** With the station's five seconds a visit is on the page within ten of its end. */
const LIVE_MS = 3_000;
const SLOW_MS = 60_000;

const settings = createSettings(browserStorage());
const applyTheme = createTheme(() => settings.get().theme);
/** The key of an embedded view, which shows its own places and period only and asks nobody who they are. */
const embedded = part("main").dataset.embedded;
const session = embedded ? null : await requireSession();
/** @type {PlaceInfo[]} */
let places = embedded ? [] : await ask("/places");
/** @type {Summary | null} */
let summary = null;
let filters = readFilters(location.search, today());
let turn = 0;
let asked_at = 0;
const line = createLine(part("line"), zoom);

/** Today by the clock of the first place. */
function today() {
  const timeZone = places[0]?.time_zone;
  return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());
}

/** Look closer: at days, and within one day at minutes. @param {number} from @param {number} to in seconds, of a clock taken for UTC */
function zoom(from, to) {
  if (embedded) return;
  const closer = filters.first === filters.last ? { hours: hoursBetween(from, to) } : { ...daysBetween(from, to), period: "custom", hours: null };
  go({ ...filters, ...closer });
}

/** Show other filters, which the browser's back button undoes. @param {Filters} next */
function go(next) {
  history.pushState(null, "", location.pathname + writeFilters(next));
  filters = readFilters(location.search, today());
  void load();
}

/** @param {string} text @param {boolean} [bad] */
function tell(text, bad = false) {
  part("message").hidden = text === "";
  part("message").textContent = text;
  part("message").classList.toggle("bad", bad);
}

/** Ask for the numbers and show them; an answer to an earlier question is dropped. @param {boolean} [quiet] */
async function load(quiet = false) {
  const mine = ++turn;
  asked_at = performance.now();
  if (!quiet) part("main").dataset.state = "loading";
  reflectFilters();
  try {
    const [told, known] = await (embedded ? askEmbedded() : Promise.all([ask(`/summary?${questionOf(filters, true)}`), ask("/places")]));
    if (mine !== turn) return;
    places = known;
    show(told);
    tell(places.length === 0 ? t("No places yet. Make the first one under Places.") : "");
  } catch (error) {
    if (mine !== turn) return;
    if (error instanceof Refusal && error.status === 401) return location.reload();
    tell(error instanceof Error ? error.message : String(error), true);
  }
  part("main").dataset.state = "shown";
}

/** @returns {Promise<[Summary, PlaceInfo[]]>} */
async function askEmbedded() {
  /** @type {import("../contract.js").EmbeddedView} */
  const view = await ask(`/embedded/${embedded}`);
  filters = readFilters(`?${view.query}`, view.summary.last);
  part("title").textContent = view.name;
  reflectFilters();
  return [view.summary, view.places];
}

/** @param {Summary} told */
function show(told) {
  summary = told;
  const { now, before } = told;
  showFigures(part("figures"), told, goesOn(told));
  line.show(stepsWithin(told.steps, filters.hours), filters.metric, told.resolution);
  part("no-minutes").hidden = !filters.hours || told.resolution === "minute";
  part("whole-day").hidden = !filters.hours || embedded !== undefined;
  showHeat(part("heat"), told.heat, filters.metric);
  showLeagues(told);
  const dwell = visitParts(now, before, bucketNames(DWELL_S));
  showBars(part("dwell"), t("Visits by how long they lasted"), dwell);
  const mix = Object.entries(now.emotions).sort(([, a], [, b]) => b - a);
  showBars(
    part("mix"),
    t("Time in view by expression"),
    mix.map(([name, value]) => ({ name: expressionName(name), share: value, before: before?.emotions[name] ?? null, tone: `var(--${name})` })),
  );
  showGender(told);
  showStations();
  showLineTable();
  part("fewest").textContent = String(told.fewest);
  const compared = before ? t("compared with %(period)s", { period: formatPeriod(told.before_first, told.before_last) }) : t("nothing to compare with before");
  part("period-text").textContent = `${formatPeriod(told.first, told.last)}, ${compared}`;
}

/** A day that is not over has fewer visits than a whole one: that is no change. @param {Summary} told */
const goesOn = ({ first, last }) => first === last && last >= today();

/** @param {Summary} told */
function showLeagues(told) {
  const { league, stations } = told;
  const beside = stations.length > 1;
  part("league-title").textContent = beside ? t("Stations by satisfaction") : t("Places");
  if (beside) {
    const linkTo = (/** @type {number} */ id) => `/dashboard${writeFilters({ ...filters, places: [], stations: [id] })}`;
    showLeague(part("league"), [t("Stations by satisfaction"), t("Station")], stations, linkTo, goesOn(told));
  } else {
    const linkTo = (/** @type {number} */ id) => `/dashboard${writeFilters({ ...filters, places: [id], stations: [] })}`;
    showLeague(part("league"), [t("Places by satisfaction"), t("Place")], league, linkTo, goesOn(told));
  }
}

/** @param {Summary} told */
function showGender({ now, before }) {
  const all = (/** @type {Record<string, number>} */ counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);
  part("gender-panel").hidden = all(now.gender) === 0;
  const earlier = before && all(before.gender) > 0 ? before.gender : null;
  const parts = Object.entries(now.gender).map(([name, count]) => ({
    name: genderName(name),
    share: count / all(now.gender),
    before: earlier ? earlier[name] / all(earlier) : null,
  }));
  showBars(part("gender"), t("Visits by perceived gender"), parts);
}

function showStations() {
  const holders = { counts: part("station-counts"), list: part("stations"), more: byId("more-stations", HTMLDetailsElement) };
  showTiles(holders, chosen(), Date.now() / 1000);
}

/** The table is made when somebody opens it: a year of quarter hours is long. */
function showLineTable() {
  const holder = part("line-table");
  const details = holder.closest("details");
  if (!summary || !details?.open) return holder.replaceChildren();
  const { steps, resolution } = summary;
  const rows = stepsWithin(steps, filters.hours).map(({ at, visits, satisfaction, withheld }) => [
    formatStep(at, resolution),
    satisfaction ? formatScore(satisfaction.value) : "–",
    satisfaction ? t("%(from)s to %(to)s", { from: formatScore(satisfaction.low), to: formatScore(satisfaction.high) }) : "",
    visits === null ? (withheld ? t("withheld") : t("no station looking")) : formatCount(visits),
  ]);
  holder.replaceChildren(makeTable(t("Over time"), [t("Time"), t("Satisfaction"), t("95 %% interval"), t("Visits")], rows));
}

const chosen = () => chosenOf(places, filters).map(({ place }) => place);

function reflectFilters() {
  for (const one of part("periods").querySelectorAll("button")) one.setAttribute("aria-pressed", String(one.dataset.period === filters.period));
  for (const one of part("metrics").querySelectorAll("button")) one.setAttribute("aria-pressed", String(one.dataset.metric === filters.metric));
  byId("first", HTMLInputElement).value = filters.first;
  byId("last", HTMLInputElement).value = filters.last;
  const shown = chosenOf(places, filters);
  const names = shown.map(({ place, whole }) => (whole ? place.name : `${place.name}: ${place.stations.map(({ name }) => name).join(", ")}`));
  const all = names.length === places.length && shown.every(({ whole }) => whole);
  part("place-summary").textContent = all ? t("All places") : names.length === 1 ? names[0] : tn("%(count)s place", "%(count)s places", names.length);
  if (session) part("title").textContent = all ? session.organisation : names.join(", ");
  for (const link of part("export").querySelectorAll("a")) {
    const { format } = link.dataset;
    link.href = format === "pdf" ? `/api/v1/report.pdf?${questionOf(filters)}&lang=${language}` : `/api/v1/export?${questionOf(filters)}&format=${format}`;
  }
  showChoices();
}

/** Offer every place and, where there are several, its stations; made anew only where they changed, so that the focus stays. */
function showChoices() {
  const holder = part("place-choices");
  const wanted = places.flatMap((place) => [{ place, station: null }, ...(place.stations.length > 1 ? place.stations : []).map((station) => ({ place, station }))]);
  const key = wanted.map(({ place, station }) => `${place.id}.${station?.id ?? ""}.${(station ?? place).name}`).join();
  if (holder.dataset.key !== key) {
    holder.querySelectorAll("label").forEach((label) => label.remove());
    holder.append(
      ...wanted.map(({ place, station }) => {
        const box = Object.assign(make("input"), { type: "checkbox", name: station ? "station" : "place", value: String((station ?? place).id) });
        return make("label", station ? "choice single" : "choice", box, (station ?? place).name);
      }),
    );
    holder.dataset.key = key;
  }
  for (const box of holder.querySelectorAll("input"))
    box.checked = (box.name === "station" ? filters.stations : filters.places).includes(Number(box.value));
}

/** Choose what a box stands for, or no longer. @param {HTMLInputElement} box */
function toggle({ name, value, checked }) {
  const id = Number(value);
  const place = places.find((one) => (name === "place" ? one.id === id : one.stations.some((station) => station.id === id)));
  if (place) go({ ...filters, ...(name === "place" ? withPlace(filters, place, checked) : withStation(filters, place, id, checked)) });
}

function bindControls() {
  part("periods").addEventListener("click", ({ target }) => {
    const period = target instanceof HTMLElement ? target.dataset.period : undefined;
    if (period) go({ ...filters, hours: null, period, first: addDays(today(), 1 - PERIODS[period]), last: today() });
  });
  part("metrics").addEventListener("click", ({ target }) => {
    const metric = target instanceof HTMLElement ? target.dataset.metric : undefined;
    if (metric) go({ ...filters, metric: metric === "visits" ? "visits" : "satisfaction" });
  });
  part("dates-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const days = [byId("first", HTMLInputElement).value, byId("last", HTMLInputElement).value].sort();
    byId("dates", HTMLDetailsElement).open = false;
    go({ ...filters, hours: null, period: "custom", first: days[0], last: days[1] });
  });
  part("place-choices").addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement) toggle(target);
  });
  button("whole-day").addEventListener("click", () => go({ ...filters, hours: null }));
  button("print").addEventListener("click", () => print());
  part("line-table").closest("details")?.addEventListener("toggle", showLineTable);
  byId("more-stations", HTMLDetailsElement).addEventListener("toggle", showStations);
  // One popover at a time, closed by a click beside it or Escape.
  const pops = [...document.querySelectorAll("details.pop")].filter((one) => one instanceof HTMLDetailsElement);
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && !target.closest("dialog")) for (const one of pops) if (!one.contains(target)) one.open = false;
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && pops.forEach((one) => (one.open = false)));
  addEventListener("popstate", () => {
    filters = readFilters(location.search, today());
    void load();
  });
  // Paper is light.
  addEventListener("beforeprint", () => (document.documentElement.dataset.theme = "light"));
  addEventListener("afterprint", applyTheme);
}

/** What only who is logged in may do. @param {import("../contract.js").Session} session */
function bindSession({ role, confirmed }) {
  part("unconfirmed").hidden = confirmed;
  createViews({ ask, manages: role !== "viewer", query: () => writeFilters(filters).slice(1), tell });
  button("log-out").hidden = false;
  button("log-out").addEventListener("click", async () => {
    await ask("/session", { method: "DELETE" });
    location.assign("/login");
  });
}

/** Follow what happens: quickly while today is shown, slowly otherwise, not at all while nobody looks. */
function follow() {
  const due = performance.now() - asked_at >= (filters.first === filters.last ? LIVE_MS : SLOW_MS);
  const choosing = document.querySelector("details.pop[open]") !== null;
  if (due && document.visibilityState === "visible" && filters.last >= today() && !choosing) void load(true);
}

bindControls();
if (session) bindSession(session);
await load();
setInterval(follow, 1000);
