// One tile per station: when it was last heard of, and whether it is well.
import { t } from "../../translate.js";
import { make } from "../dom.js";
import { formatAgo } from "../format.js";

/** @typedef {import("../../contract.js").PlaceInfo} PlaceInfo */
/** @typedef {import("../../contract.js").StationInfo} StationInfo */

/** From here on a wrong clock is worth a word; the server corrects it. */
const CLOCK_MS = 60_000;
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
 * Show the stations.
 * @param {HTMLElement} list
 * @param {PlaceInfo[]} places
 * @param {number} now seconds since 1970
 */
export function showTiles(list, places, now) {
  const items = places.flatMap((place) => place.stations.map((station) => tile(station, place.name, now)));
  list.replaceChildren(...(items.length > 0 ? items : [make("li", "nothing", t("No stations yet."))]));
}
