// What the stage shows: welcome, picture, or trouble, and the small lines over the picture.
import { button, make, part } from "./dom.js";
import { describeProblem } from "./problems.js";
import { nobodyText } from "./words.js";

/** @typedef {import("./problems.js").ProblemName} ProblemName */
/** @typedef {import("../contract.js").Group} Group */
/** @typedef {"starting" | "welcome" | "running" | "paused" | "trouble"} State */

/** Nobody must be there this long before the page says so. */
const NOBODY_MS = 900;
const TOAST_MS = 6000;

export function createStage() {
  const live = part("main");
  const stage = part("stage");
  const [nobody, all_smiling] = [part("nobody"), part("all-smiling")];
  const [toast, toast_text, toast_action] = [part("toast"), part("toast-text"), button("toast-action")];
  let empty_since = NaN;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let toast_end;

  /** @param {State} state */
  function show(state) {
    live.dataset.state = state;
    const picture = state === "running" || state === "paused";
    stage.classList.toggle("showing", picture);
    part("welcome").hidden = state !== "welcome";
    part("trouble").hidden = state !== "trouble";
    for (const id of ["pause-button", "snapshot-button", "fire-button"]) button(id).disabled = !picture;
    if (!picture) nobody.hidden = all_smiling.hidden = true;
  }

  /** @param {ProblemName} name @param {string} [detail] */
  function trouble(name, detail) {
    const problem = describeProblem(name, detail, navigator.userAgent);
    part("trouble-title").textContent = problem.title;
    part("trouble-text").textContent = problem.text;
    part("trouble-steps").replaceChildren(...problem.steps.map((step) => make("li", "", step)));
    button("trouble-retry").hidden = !problem.retry;
    live.dataset.problem = name;
    show("trouble");
  }

  /**
   * Say who is there: a friendly line for nobody, a bright one when all smile.
   * @param {Group} group
   * @param {"camera" | "image" | "video"} source
   * @param {number} time in ms
   */
  function people(group, source, time) {
    if (group.faces > 0) empty_since = NaN;
    else if (Number.isNaN(empty_since)) empty_since = time;
    nobody.textContent = nobodyText(source);
    nobody.hidden = !(group.faces === 0 && (source === "image" || time - empty_since >= NOBODY_MS));
    all_smiling.hidden = !group.ready;
  }

  /** @param {string | null} text null when ready */
  function gettingReady(text) {
    part("getting-ready").hidden = text === null;
    part("getting-ready-text").textContent = text ?? "";
    if (text !== null) nobody.hidden = true;
  }

  /**
   * Tell something in passing.
   * @param {string} text
   * @param {{label: string, run: () => void}} [action]
   * @param {number} [lasting_ms] with an action, the line stays unless this is given
   */
  function tell(text, action, lasting_ms = action ? Infinity : TOAST_MS) {
    clearTimeout(toast_end);
    toast_text.textContent = text;
    toast_action.hidden = !action;
    toast_action.textContent = action?.label ?? "";
    toast_action.onclick = () => {
      toast.hidden = true;
      action?.run();
    };
    toast.hidden = false;
    if (lasting_ms < Infinity) toast_end = setTimeout(() => (toast.hidden = true), lasting_ms);
  }

  return { show, trouble, people, gettingReady, tell, state: () => /** @type {State} */ (live.dataset.state) };
}
