// The parts of the stage that belong to the group photo: line, bar, countdown, flash, offer, and the photo when it is taken.
import { t, tn } from "../translate.js";
import { button, byId, part } from "../ui/dom.js";
import { bindPhotoActions, explainChoice, showBlob } from "./show.js";
import { backgroundText, groupProgress, photoLine } from "./words.js";

/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../core/capture.js").Capture} Capture */
/** @typedef {import("./burst.js").Choice} Choice */
/** @typedef {import("./store.js").Photo} Photo */

/** A line stays this long, so that it can be read. */
const READ_MS = 500;

/** Let the button that takes a photo stop a countdown while there is one. @param {boolean} counting */
export function reflectFire(counting) {
  button("fire-button").classList.toggle("on", counting);
  part("fire-label").textContent = counting ? t("Stop") : t("Take it now");
}

/**
 * @param {object} ears
 * @param {(text: string) => void} ears.tell
 * @param {() => void} ears.onStay the person does something with the photo
 */
export function createPhotoStage({ tell, onStay }) {
  const [foot, result, count, flash, why] = ["photo-foot", "photo-result", "countdown", "flash", "photo-why"].map(part);
  const bar = part("group-bar");
  const fill = /** @type {HTMLElement} */ (bar.firstElementChild);
  const showPhoto = bindPhotoActions(result, byId("photo-image", HTMLImageElement), tell);
  let line_at = -Infinity;
  /** @type {Choice | null} */
  let choice = null;

  /** @param {HTMLElement} element @param {string} text */
  const write = (element, text) => element.textContent !== text && (element.textContent = text);

  /** @param {Capture} capture @param {Group} group @param {{mirrored: boolean, time: number}} look */
  function progress(capture, group, { mirrored, time }) {
    const line = photoLine(capture, group, mirrored);
    if (line !== part("photo-line").textContent && (time - line_at >= READ_MS || capture.state !== "waiting")) {
      write(part("photo-line"), line);
      line_at = time;
    }
    const share = groupProgress(group);
    fill.style.transform = `scaleX(${share.toFixed(3)})`;
    bar.classList.toggle("full", group.faces > 0 && group.smiling === group.faces);
    bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    const left_out = backgroundText(group);
    write(part("photo-left-out"), left_out);
    part("photo-left-out").hidden = left_out === "";
    foot.hidden = capture.state === "showing";
    part("photo-offer").hidden = !(capture.state === "waiting" && capture.offered && byId("photo-offer-image", HTMLImageElement).src !== "");
  }

  /** @param {number} left 0 for none */
  function countdown(left) {
    count.hidden = left === 0;
    count.textContent = left === 0 ? "" : String(left);
    count.classList.remove("beat");
    if (left === 0) return;
    // Reading a size starts the animation anew.
    void count.offsetWidth;
    count.classList.add("beat");
  }

  function flashOnce() {
    flash.hidden = true;
    void flash.offsetWidth;
    flash.hidden = false;
  }
  flash.addEventListener("animationend", () => (flash.hidden = true));

  /** @param {Photo} photo @param {Choice | null} chosen */
  function show(photo, chosen) {
    choice = chosen;
    why.hidden = true;
    button("photo-why-button").hidden = chosen === null;
    button("photo-why-button").setAttribute("aria-expanded", "false");
    showPhoto(photo);
    foot.hidden = true;
    result.hidden = false;
    button("photo-keep").focus({ preventScroll: true });
  }

  function hide() {
    if (result.contains(document.activeElement)) button("fire-button").focus({ preventScroll: true });
    result.hidden = true;
    showPhoto(null);
  }

  /** @param {number | null} seconds until the next one is waited for */
  function next(seconds) {
    part("photo-next").hidden = seconds === null;
    if (seconds !== null) write(part("photo-next"), tn("Again in %(count)s second", "Again in %(count)s seconds", seconds));
  }

  button("photo-why-button").addEventListener("click", () => {
    why.hidden = !why.hidden;
    button("photo-why-button").setAttribute("aria-expanded", String(!why.hidden));
    if (choice) explainChoice(why, choice);
  });
  result.addEventListener("click", ({ target }) => target instanceof Element && target.closest("[data-do], #photo-why-button") && onStay());

  return {
    progress,
    countdown,
    flash: flashOnce,
    show,
    moves: showPhoto.moves,
    hide,
    next,
    /** @param {Blob | null} blob */
    offer: (blob) => showBlob(byId("photo-offer-image", HTMLImageElement), blob),
    /** @param {boolean} on */
    enter: (on) => {
      foot.hidden = !on;
      if (!on) {
        countdown(0);
        hide();
      }
    },
  };
}
