// Parts of the picture that are left out: drawn with a finger, tapped away again.
import { make } from "./dom.js";

/** @typedef {import("../core/visits.js").Zone} Zone */

/** Smaller than this share of the picture a drag is a tap. */
const LEAST = 0.02;

/**
 * @param {HTMLElement} layer covers the picture
 * @param {Zone[]} zones
 * @param {(zones: Zone[]) => void} onChange
 */
export function createZones(layer, zones, onChange) {
  let known = zones;

  /** @param {Zone} zone */
  function box(zone) {
    const shown = make("div", "zone");
    for (const [name, share] of Object.entries({ left: zone.x, top: zone.y, width: zone.width, height: zone.height }))
      shown.style.setProperty(name, `${share * 100}%`);
    return shown;
  }

  /** @param {Zone[]} next */
  function keep(next) {
    known = next;
    layer.replaceChildren(...known.map(box));
    onChange(known);
  }

  /** @param {PointerEvent} event @returns {[number, number]} as shares of the picture, whichever way it is mirrored */
  function place(event) {
    const { left, top, width, height } = layer.getBoundingClientRect();
    const mirrored = layer.closest(".mirrored") !== null;
    const x = Math.min(1, Math.max(0, (event.clientX - left) / width));
    return [mirrored ? 1 - x : x, Math.min(1, Math.max(0, (event.clientY - top) / height))];
  }

  /** @param {[number, number]} a @param {[number, number]} b @returns {Zone} */
  const between = ([ax, ay], [bx, by]) => ({ x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(ax - bx), height: Math.abs(ay - by) });

  layer.addEventListener("pointerdown", (event) => {
    layer.setPointerCapture(event.pointerId);
    const from = place(event);
    const draft = box(between(from, from));
    layer.append(draft);
    const ended = new AbortController();
    layer.addEventListener(
      "pointermove",
      (moved) => draft.replaceWith(Object.assign(draft, { style: box(between(from, place(moved))).style.cssText })),
      { signal: ended.signal },
    );
    layer.addEventListener(
      "pointerup",
      (last) => {
        ended.abort();
        const zone = between(from, place(last));
        const [x, y] = from;
        if (zone.width > LEAST && zone.height > LEAST) return keep([...known, zone]);
        keep(known.filter((one) => !(x >= one.x && x <= one.x + one.width && y >= one.y && y <= one.y + one.height)));
      },
      { signal: ended.signal },
    );
  });
  layer.replaceChildren(...known.map(box));
  return { zones: () => known };
}
