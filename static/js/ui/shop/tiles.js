// One tile per station: when it was last heard of, and whether it is well.
import { t } from "../../translate.js";
import { make } from "../dom.js";
import { formatAgo, formatCount } from "../format.js";

/** @typedef {import("../../contract.js").PlaceInfo} PlaceInfo */
/** @typedef {import("../../contract.js").StationInfo} StationInfo */

/** From here on a wrong clock is worth a word; the server corrects it. */
const CLOCK_MS = 60_000;
/** Of more stations than these only those that are not well are shown at once. */
const MANY = 24;
/** @type {Record<StationInfo["state"], string>} */
const STATES = { live: t("live"), late: t("late"), silent: t("silent"), never: t("never heard of") };

/** Say how a station is. @param {StationInfo["state"]} state @param {number} ago seconds since it was heard of */
export const stateText = (state, ago) => t("%(state)s, seen %(ago)s", { state: STATES[state], ago: formatAgo(Math.max(0, ago)) });

/** @param {StationInfo} station @param {string} place @param {number} now seconds */
function tile(station, place, now) {
  const { state, seen_at, clock_error_ms } = station;
  const light = make("span", "light");
  light.setAttribute("aria-hidden", "true");
  const heard = seen_at === null ? t("open /station on its device") : stateText(state, now - seen_at);
  const item = make("li", "tile", light, make("b", "", station.name), make("span", "", place), make("span", "", heard));
  if (Math.abs(clock_error_ms ?? 0) > CLOCK_MS) item.append(make("span", "", t("its clock is wrong; corrected")));
  item.dataset.state = state;
  return item;
}

/**
 * Show the stations: all of them or, of very many, those that are not well, and the others when asked for.
 * @param {{counts: HTMLElement, list: HTMLElement, more: HTMLDetailsElement}} holders
 * @param {PlaceInfo[]} places
 * @param {number} now seconds since 1970
 */
export function showTiles({ counts, list, more }, places, now) {
  const all = places.flatMap((place) => place.stations.map((station) => ({ station, place: place.name })));
  const well = all.length > MANY ? all.filter(({ station }) => station.state === "live") : [];
  const first = all.length > MANY ? all.filter(({ station }) => station.state !== "live") : all;
  const tiles = (/** @type {typeof all} */ some) => some.map(({ station, place }) => tile(station, place, now));
  const none = all.length === 0 ? [make("li", "nothing", t("No stations yet."))] : [];
  list.replaceChildren(...tiles(first), ...none);
  more.hidden = well.length === 0;
  more.querySelector(".tiles")?.replaceChildren(...(more.open ? tiles(well) : []));
  const found = Object.entries(STATES).map(([state, name]) => ({ name, many: all.filter(({ station }) => station.state === state).length }));
  counts.hidden = all.length < 2;
  counts.textContent = found.filter(({ many }) => many > 0).map(({ name, many }) => `${formatCount(many)} ${name}`).join(" · ");
}
