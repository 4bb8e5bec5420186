// Which period and places a dashboard shows: all of it stands in the page's address.

/** @typedef {"satisfaction" | "visits"} Metric */
/**
 * @typedef {object} Filters
 * @property {string} period a key of PERIODS, or "custom"
 * @property {string} first day, as 2026-11-23
 * @property {string} last day, included
 * @property {number[]} places ids; without stations too: all
 * @property {number[]} stations ids of single stations, of places that are not among those
 * @property {Metric} metric of the line and the heat map
 * @property {string | null} hours the part of a single day that the line shows by the minute, as 09:30-11:00; null: all of it
 */

/** Days that end today, by their name in the address. @type {Record<string, number>} */
export const PERIODS = { today: 1, "7d": 7, "28d": 28, "90d": 90, "365d": 365 };
export const USUAL = "28d";
const DAY_MS = 86_400_000;
const FORM = /^\d{4}-\d{2}-\d{2}$/;
const HOURS = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
/** A part of a day is at least so long, in seconds. */
const SHORTEST_S = 600;

/** @param {string} day @param {number} count of days later, or earlier if negative @returns {string} */
export const addDays = (day, count) => new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);

/** @param {string | null} text @returns {text is string} */
const isDay = (text) => text !== null && FORM.test(text) && !Number.isNaN(Date.parse(text));

/**
 * Read the filters from an address; what makes no sense is left at its default.
 * @param {string} search
 * @param {string} today by the places' clock
 * @returns {Filters}
 */
export function readFilters(search, today) {
  const query = new URLSearchParams(search);
  const ids = (/** @type {string} */ name) => (query.get(name) ?? "").split(",").map(Number).filter((id) => Number.isInteger(id) && id > 0);
  const [places, stations] = [ids("places"), ids("stations")];
  const metric = query.get("show") === "visits" ? "visits" : "satisfaction";
  const [first, last] = [query.get("first"), query.get("last")];
  const asked = query.get("hours") ?? "";
  const [from, to] = asked.split("-");
  const hoursOf = (/** @type {string} */ first, /** @type {string} */ last) => (first === last && HOURS.test(asked) && from < to ? asked : null);
  if (isDay(first) && isDay(last) && first <= last) return { period: "custom", first, last, places, stations, metric, hours: hoursOf(first, last) };
  const named = query.get("period") ?? USUAL;
  const period = Object.hasOwn(PERIODS, named) ? named : USUAL;
  const begin = addDays(today, 1 - PERIODS[period]);
  return { period, first: begin, last: today, places, stations, metric, hours: hoursOf(begin, today) };
}

/** Write the filters as an address, without what is default. @param {Filters} filters @returns {string} */
export function writeFilters({ period, first, last, places, stations, metric, hours }) {
  const query = new URLSearchParams();
  if (period === "custom") query.set("first", first), query.set("last", last);
  else if (period !== USUAL) query.set("period", period);
  if (places.length > 0) query.set("places", places.join(","));
  if (stations.length > 0) query.set("stations", stations.join(","));
  if (metric !== "satisfaction") query.set("show", metric);
  if (hours) query.set("hours", hours);
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `?${text}` : "";
}

/** Write what the server is asked for. @param {Filters} filters @param {boolean} [with_minutes] where a part of a day is looked at */
export const questionOf = ({ first, last, places, stations, hours }, with_minutes = false) => {
  const chosen = { ...(places.length > 0 && { places: places.join(",") }), ...(stations.length > 0 && { stations: stations.join(",") }) };
  return new URLSearchParams({ first, last, ...chosen, ...(hours && with_minutes && { resolution: "minute" }) }).toString();
};

/**
 * Turn a part of the time axis into whole days.
 * @param {number} from seconds since 1970, of a clock taken for UTC
 * @param {number} to
 * @returns {{first: string, last: string}}
 */
export function daysBetween(from, to) {
  const day = (/** @type {number} */ seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
  return { first: day(from), last: day(Math.max(from, to - 1)) };
}

/**
 * Turn a part of the time axis of one day into its hours, in whole minutes and not too short.
 * @param {number} from seconds since 1970, of a clock taken for UTC
 * @param {number} to
 * @returns {string} as 09:30-11:00
 */
export function hoursBetween(from, to) {
  const day = Math.floor(from / 86_400) * 86_400;
  const wide = Math.max(0, (SHORTEST_S - (to - from)) / 2);
  const clock = (/** @type {number} */ seconds) => `${String(Math.floor(seconds / 3600)).padStart(2, "0")}:${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}`;
  const end = Math.min(86_400, Math.ceil((to - day + wide) / 60) * 60);
  return `${clock(Math.max(0, Math.min(from - day - wide, end - SHORTEST_S)))}-${clock(end)}`;
}

/**
 * Leave the steps of a part of a day.
 * @template {{at: number}} T
 * @param {readonly T[]} steps
 * @param {string | null} hours
 * @returns {T[]}
 */
export function stepsWithin(steps, hours) {
  if (!hours) return [...steps];
  const [from, to] = hours.split("-").map((clock) => Number(clock.slice(0, 2)) * 3600 + Number(clock.slice(3)) * 60);
  return steps.filter(({ at }) => at % 86_400 >= from && at % 86_400 < to);
}
