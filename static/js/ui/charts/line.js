// A line over time that zooms: uPlot, in the page's colours. A step without a number is a gap.
import uPlot from "../../lib/uplot.js";
import { t, tn } from "../../translate.js";
import { formatPlain, formatRange, formatShort, formatStep, formatTick } from "../format.js";
import { make } from "../dom.js";

/** @typedef {import("../../contract.js").Step} Step */
/** @typedef {import("../../core/period.js").Metric} Metric */

const HEIGHT = 300;

/** @param {string} name of a custom property @returns {string} */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @param {string} base @param {number} share */
const pale = (base, share) => `color-mix(in srgb, ${base} ${share * 100}%, transparent)`;

/** @returns {import("uplot").Axis} */
function axis() {
  return {
    stroke: colour("--ink-soft"),
    font: "13px system-ui, sans-serif",
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
}

/** @param {Step[]} steps @param {Metric} metric @returns {import("uplot").AlignedData} */
function columns(steps, metric) {
  const at = steps.map((step) => step.at);
  if (metric === "visits") return [at, steps.map(({ visits }) => visits)];
  const pick = (/** @type {"value" | "low" | "high"} */ name) => steps.map(({ satisfaction }) => satisfaction?.[name] ?? null);
  return [at, pick("high"), pick("low"), pick("value")];
}

/**
 * @param {Metric} metric
 * @param {boolean} few so few steps that each deserves a dot
 * @returns {import("uplot").Series[]}
 */
function series(metric, few) {
  const [accent, ink] = [colour("--accent-strong"), colour("--ink")];
  const points = { show: few, size: 6, fill: ink };
  if (metric === "visits") {
    const bars = uPlot.paths.bars?.({ size: [0.72, 48], radius: 0.12 });
    return [{}, { label: t("Visits"), stroke: accent, fill: accent, width: 0, paths: bars, points: { show: false } }];
  }
  const edge = { stroke: "transparent", width: 0, points: { show: false } };
  return [{}, { label: "high", ...edge }, { label: "low", ...edge }, { label: t("Satisfaction"), stroke: ink, width: 2.2, points }];
}

/**
 * Leave room round the numbers, but never below zero.
 * @param {unknown} _
 * @param {number | null} low
 * @param {number | null} high
 * @returns {[number, number]}
 */
function around(_, low, high) {
  if (low === null || high === null) return [0, 100];
  const room = Math.max(2, (high - low) * 0.12);
  return [Math.max(0, low - room), high + room];
}

/**
 * Make the chart inside `holder`.
 * @param {HTMLElement} holder
 * @param {(from: number, to: number) => void} onZoom told in seconds, of a clock taken for UTC
 */
export function createLine(holder, onZoom) {
  /** @type {uPlot | null} */
  let plot = null;
  /** @type {{steps: Step[], metric: Metric, resolution: string} | null} */
  let shown = null;
  const tip = make("div", "chart-tip");
  tip.hidden = true;

  /** @param {uPlot} chart */
  function point(chart) {
    const index = chart.cursor.idx;
    const step = shown?.steps[index ?? -1];
    tip.hidden = !step || (chart.cursor.left ?? -1) < 0;
    if (!step || !shown) return;
    const when = make("b", "", formatStep(step.at, shown.resolution));
    const { satisfaction, visits, withheld } = step;
    const nothing = withheld ? t("withheld: too few visits") : t("no station was looking");
    const lines = visits === null ? [nothing] : [tn("%(count)s visit", "%(count)s visits", visits)];
    if (satisfaction) lines.unshift(formatRange(satisfaction));
    tip.replaceChildren(when, ...lines.map((line) => make("span", "", line)));
    const left = chart.valToPos(step.at, "x") + chart.bbox.left / devicePixelRatio;
    tip.style.left = `${Math.min(Math.max(left, 90), holder.clientWidth - 90)}px`;
  }

  /** @param {unknown} _ @param {unknown} __ @param {number | null} high @returns {[number, number]} */
  const fromZero = (_, __, high) => [0, (high || 1) * 1.08];

  function draw() {
    plot?.destroy();
    plot = null;
    if (!shown || holder.clientWidth === 0) return;
    const { steps, metric } = shown;
    const values = (/** @type {number[]} */ ticks) => ticks.map(metric === "visits" ? formatShort : formatPlain);
    plot = new uPlot(
      {
        width: holder.clientWidth,
        height: HEIGHT,
        tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
        legend: { show: false },
        cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 8, fill: colour("--accent") } },
        scales: { y: { range: metric === "visits" ? fromZero : around } },
        axes: [{ ...axis(), grid: { show: false }, space: 76, values: (_, ticks, __, ___, apart) => ticks.map((at) => formatTick(at, apart)) }, { ...axis(), values: (_, ticks) => values(ticks), size: 52 }],
        series: series(metric, steps.length < 40),
        bands: metric === "visits" ? [] : [{ series: [1, 2], fill: pale(colour("--accent"), 0.38) }],
        hooks: {
          setCursor: [point],
          setSelect: [
            (chart) => {
              const { left, width } = chart.select;
              if (width > 8) onZoom(chart.posToVal(left, "x"), chart.posToVal(left + width, "x"));
              chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      columns(steps, metric),
      holder,
    );
    holder.append(tip);
  }

  // Also where there was no room at first, as before a style sheet has come.
  new ResizeObserver(() => plot?.width !== holder.clientWidth && draw()).observe(holder);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return {
    /** @param {Step[]} steps @param {Metric} metric @param {string} resolution */
    show: (steps, metric, resolution) => {
      shown = { steps, metric, resolution };
      draw();
    },
  };
}
