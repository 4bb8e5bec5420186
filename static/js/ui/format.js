// Numbers, times and dates as the page's language has them.
import { locale, t } from "../translate.js";

const whole = new Intl.NumberFormat(locale);
const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const one = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const signed = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
const signedWhole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, signDisplay: "exceptZero" });

/** @param {number} count */
export const formatCount = (count) => whole.format(count);
/** @param {number} count */
export const formatShort = (count) => (count < 10_000 ? whole.format(count) : short.format(count));
/** @param {number} value with one decimal */
export const formatScore = (value) => one.format(value);
/** @param {number} value with as many decimals as it needs */
export const formatPlain = (value) => whole.format(value);
/** @param {number} value with one decimal and its sign */
export const formatChange = (value) => signed.format(value);
/** @param {number} share @returns {string} "+12 %" */
export const formatGrowth = (share) => `${signedWhole.format(share * 100)}\u00a0%`;
/** @param {number} share 0 to 1 */
export const formatShare = (share) => `${whole.format(Math.round(share * 100))}\u00a0%`;

/** Write seconds as a person would. @param {number} seconds */
export const formatDuration = (seconds) =>
  seconds < 90 ? `${whole.format(Math.round(seconds))}\u00a0s` : `${one.format(seconds / 60)}\u00a0min`;

/** @param {string} day as 2026-11-23 @param {Intl.DateTimeFormatOptions} [how] */
export const formatDay = (day, how = { day: "numeric", month: "short", year: "numeric" }) =>
  new Intl.DateTimeFormat(locale, { ...how, timeZone: "UTC" }).format(new Date(day));

/** @param {string} first @param {string} last */
export const formatPeriod = (first, last) =>
  first === last
    ? formatDay(first, { weekday: "long", day: "numeric", month: "long", year: "numeric" })
    : new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).formatRange(new Date(first), new Date(last));

const halves = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hour12;
/** 08:30, but 8:30 AM. @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: halves ? "numeric" : "2-digit", minute: "2-digit" };
/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const STEPS = {
  minute: CLOCK,
  quarter: { weekday: "short", ...CLOCK },
  hour: { weekday: "short", day: "numeric", month: "short", ...CLOCK },
  day: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  week: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "long", year: "numeric" },
};

/** Write a step of the time axis. @param {number} at seconds, of a clock taken for UTC @param {string} resolution */
export const formatStep = (at, resolution) =>
  stepText(new Intl.DateTimeFormat(locale, { ...STEPS[resolution], timeZone: "UTC" }).format(at * 1000), resolution);

/** @param {string} day @param {string} resolution */
const stepText = (day, resolution) => (resolution === "week" ? t("week of %(day)s", { day }) : day);

/** Write a tick of the time axis. @param {number} at seconds, of a clock taken for UTC @param {number} apart seconds to the next tick */
export const formatTick = (at, apart) =>
  new Intl.DateTimeFormat(locale, {
    ...(apart < 86_400 && at % 86_400 !== 0
      ? CLOCK
      : apart > 2_000_000
        ? { month: "short", year: "2-digit" }
        : { day: "numeric", month: "short" }),
    timeZone: "UTC",
  }).format(at * 1000);

/** @param {number} weekday from Monday, 0 @param {"short" | "long"} [length] */
export const formatWeekday = (weekday, length = "short") =>
  new Intl.DateTimeFormat(locale, { weekday: length, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + weekday));

/** @param {number} hour of the day */
export const formatHour = (hour) =>
  new Intl.DateTimeFormat(locale, { ...CLOCK, timeZone: "UTC" }).format(hour * 3_600_000);

/** @typedef {{value: number, low: number, high: number}} Estimate */
/** @param {Estimate} estimate */
export const formatRange = ({ value, low, high }) =>
  t("%(value)s (%(low)s to %(high)s)", { value: formatScore(value), low: formatScore(low), high: formatScore(high) });
/** @param {Estimate} estimate @param {(value: number) => string} format */
export const formatSure = ({ low, high }, format) => t("95 %% sure: %(low)s to %(high)s", { low: format(low), high: format(high) });

/** Write a moment by a place's clock. @param {number} at seconds since 1970 @param {string} timeZone */
export const formatMoment = (at, timeZone) =>
  new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", ...CLOCK, timeZone }).format(at * 1000);

/** Say how long ago something was. @param {number} seconds */
export function formatAgo(seconds) {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (seconds < 90) return relative.format(-Math.round(seconds), "second");
  if (seconds < 5400) return relative.format(-Math.round(seconds / 60), "minute");
  if (seconds < 129_600) return relative.format(-Math.round(seconds / 3600), "hour");
  return relative.format(-Math.round(seconds / 86_400), "day");
}

/** Name the buckets of dwell time that end at these seconds. @param {readonly number[]} ends @returns {string[]} */
export function bucketNames(ends) {
  const name = (/** @type {number} */ seconds) => (seconds < 60 ? `${seconds}\u00a0s` : `${seconds / 60}\u00a0min`);
  const between = ends.slice(1).map((end, i) => t("%(from)s to %(to)s", { from: name(ends[i]), to: name(end) }));
  return [t("under %(time)s", { time: name(ends[0]) }), ...between, t("over %(time)s", { time: name(ends[ends.length - 1]) })];
}
