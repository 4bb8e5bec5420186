/** Decisions that do not flicker: a change is shown when it has been wanted for a while. */

/** @typedef {import('../contract.js').Scores} Scores */

/**
 * Make a switch that follows what is wanted with patience.
 *
 * `dwell(wanted, time, dwell_ms)` returns what is shown: the first wish at once; another one after something else than
 * the shown has been wanted for `dwell_ms` without a break and the shown has stayed for `stay_ms`. When time runs
 * backwards it starts anew.
 * @template {string | boolean} Value
 * @param {number} [stay_ms]
 */
export function createDwell(stay_ms = 0) {
  /** @type {{shown: Value, since: number, unwanted_since: number | null, time: number} | null} */
  let state = null;

  /**
   * @param {Value} wanted
   * @param {number} time ms
   * @param {number} dwell_ms
   * @returns {Value}
   */
  function dwell(wanted, time, dwell_ms) {
    if (state === null || time < state.time) state = { shown: wanted, since: time, unwanted_since: null, time };
    state.time = time;
    if (wanted === state.shown) state.unwanted_since = null;
    else {
      state.unwanted_since ??= time;
      if (time - state.unwanted_since >= dwell_ms && time - state.since >= stay_ms)
        state = { shown: wanted, since: time, unwanted_since: null, time };
    }
    return state.shown;
  }

  dwell.reset = () => {
    state = null;
  };
  return dwell;
}

/**
 * @typedef {object} SteadyLabelConfig
 * @property {number} enter Share that a rival needs of the two probabilities, its own and the shown label's, to
 *   become the candidate.
 * @property {number} leave Share under which the candidate is one no more. Further apart from enter: calmer, later.
 * @property {number} dwell_ms How long a candidate must lead before it is shown, in ms. Longer: calmer, later.
 * @property {number} stay_ms How long a label stays at least, in ms.
 * @property {number} unsure_ms How long a label must be unlikely before it is not sure, in ms: longer than a change of
 *   label takes, so that none passes through "unsure".
 * @property {number} unsure_below Probability of the shown label under which it is not sure.
 * @property {number} sure_margin How far above `unsure_below` it must be to become sure.
 */

/**
 * Make the choice of the label that is shown.
 *
 * `steady(scores, time)` returns the label and whether it is sure. The first label is shown at once.
 * @param {SteadyLabelConfig} config
 */
export function createSteadyLabel({ enter, leave, dwell_ms, stay_ms, unsure_ms, unsure_below, sure_margin }) {
  /** @type {ReturnType<typeof createDwell<string>>} */
  const dwellOnLabel = createDwell(stay_ms);
  /** @type {ReturnType<typeof createDwell<boolean>>} */
  const dwellOnSure = createDwell();
  /** @type {string | null} */
  let shown = null;
  let contested = false;
  let sure = false;

  /**
   * @param {Scores} scores
   * @param {number} time ms
   * @returns {{label: string, sure: boolean}}
   */
  function steady(scores, time) {
    const rival = best(scores);
    const before = shown;
    if (shown === null) shown = rival;
    const share = scores[rival] / (scores[rival] + scores[shown]);
    contested = rival !== shown && share >= (contested ? leave : enter);
    shown = dwellOnLabel(contested ? rival : shown, time, dwell_ms);
    if (shown !== before) {
      contested = false;
      dwellOnSure.reset();
      sure = false;
    }
    const likely = scores[shown] >= unsure_below + (sure ? 0 : sure_margin);
    sure = dwellOnSure(likely, time, likely ? dwell_ms : unsure_ms);
    return { label: shown, sure };
  }

  return steady;
}

/**
 * Make the choice between labels and "unknown", which stands wherever no label reaches `unsure_below`.
 *
 * `steady(scores, time)` returns the label. The first is shown at once.
 * @param {{unsure_below: number, sure_margin: number, dwell_ms: number}} config as in SteadyLabelConfig
 */
export function createSteadyOrUnknown({ unsure_below, sure_margin, dwell_ms }) {
  /** @type {ReturnType<typeof createDwell<string>>} */
  const dwell = createDwell();
  /** @type {string | null} */
  let shown = null;

  /**
   * @param {Scores} scores
   * @param {number} time ms
   */
  return function steady(scores, time) {
    const label = best(scores);
    const needed = unsure_below + (shown === null || shown === label ? 0 : sure_margin);
    shown = dwell(scores[label] >= needed ? label : "unknown", time, dwell_ms);
    return shown;
  };
}

/**
 * Give the most probable label, the first of equals.
 * @param {Scores} scores
 */
function best(scores) {
  return Object.keys(scores).reduce((top, label) => (scores[label] > scores[top] ? label : top));
}
