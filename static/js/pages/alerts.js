// Alerts and weekly reports: a manager makes, changes, pauses, tries out and deletes them.
import { ask, requireSession } from "../net/shop.js";
import { language, t } from "../translate.js";
import { button, byId, make, part } from "../ui/dom.js";
import { browserStorage, createSettings } from "../ui/settings.js";
import { askInDialog } from "../ui/shop/dialog.js";
import { createReports } from "../ui/shop/reports.js";
import { ago, lastOf } from "../ui/shop/messages.js";
import { createTheme } from "../ui/theme.js";

/** @typedef {import("../contract.js").AlertInfo} AlertInfo */
/** @typedef {import("../contract.js").MessageInfo} MessageInfo */
/** @typedef {import("../contract.js").NewAlert} NewAlert */
/** @typedef {import("../contract.js").PlaceInfo} PlaceInfo */

const settings = createSettings(browserStorage());
createTheme(() => settings.get().theme);
const session = await requireSession();
const manages = session.role !== "viewer";
const mails = part("main").dataset.mails === "yes";
const form = byId("alert-form", HTMLFormElement);
/** @type {PlaceInfo[]} */
let places = [];
const reports = createReports({ ask, act, attempt, email: session.email });

/** @param {string} text @param {boolean} bad */
function tell(text, bad) {
  part("message").textContent = text;
  part("message").classList.toggle("bad", bad);
  part("message").hidden = text === "";
}

/** Do something, show what became of it, and the server's words where it was refused. @param {() => Promise<unknown>} run */
async function attempt(run) {
  tell("", false);
  try {
    await run();
    await show();
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error), true);
  }
}

/** @param {string} text @param {() => Promise<unknown>} run @param {string} about @param {string} [kind] */
function act(text, run, about, kind = "quiet") {
  const one = Object.assign(make("button", kind, text), { type: "button", ariaLabel: `${text}: ${about}` });
  one.addEventListener("click", async () => {
    one.disabled = true;
    await attempt(run);
    one.disabled = false;
  });
  return one;
}

async function show() {
  if (!manages) return tell(t("Alerts are made by managers: ask one of your organisation."), false);
  places = await ask("/places");
  /** @type {AlertInfo[]} */
  const alerts = await ask("/alerts");
  const nothing = make("li", "nothing", places.length > 0 ? t("No alerts yet.") : t("No places yet. Make the first one under Places."));
  part("alerts").replaceChildren(...(alerts.length > 0 ? alerts.map(row) : [nothing]));
  button("add-alert").hidden = places.length === 0;
  await reports.show(places);
  part("main").dataset.state = "shown";
}

/** @param {AlertInfo} alert */
function whereOf({ place_id, station_id }) {
  const place = places.find(({ id }) => id === place_id);
  const station = place?.stations.find(({ id }) => id === station_id);
  return station ? `${station.name}, ${place?.name}` : (place?.name ?? "");
}

/** @param {AlertInfo} alert */
function row(alert) {
  const { id, threshold, minutes, visits, email, url, begun, changed_at, paused, last } = alert;
  const where = whereOf(alert);
  const said = { threshold, minutes, visits, to: email ?? new URL(url ?? "").host };
  const name = make("span", "name", where);
  if (paused) name.append(make("span", "badge", t("paused")));
  else if (begun) {
    const since = changed_at ?? 0;
    name.append(make("span", "badge", t("under %(threshold)s, begun %(ago)s", { threshold, ago: ago(since) })));
  }
  const badge = name.querySelector(".badge");
  if (badge instanceof HTMLElement && begun && !paused) badge.dataset.state = "begun";
  name.append(make("small", "", t("satisfaction under %(threshold)s for %(minutes)s minutes with at least %(visits)s visits, to %(to)s", said)));
  if (last) name.append(make("small", last.error ? "bad" : "", lastOf(last)));
  const actions = make("span", "actions", act(t("Send a test"), () => test(id), where), act(t("Edit"), () => change(alert), where));
  const body = { ...wishOf(alert), paused: !paused };
  actions.append(act(paused ? t("Resume") : t("Pause"), () => ask(`/alerts/${id}`, { method: "PUT", body }), where));
  if (url) actions.append(act(t("New secret"), async () => tellSecret((await ask(`/alerts/${id}/secret`, { method: "POST" })).secret), where));
  actions.append(act(t("Delete"), () => drop(id, where), where, "quiet danger"));
  return make("li", "", name, actions);
}

/** @param {AlertInfo} alert */
const wishOf = ({ place_id, station_id, threshold, minutes, visits, email, url, language, paused }) => ({
  ...{ place_id, station_id, threshold, minutes, visits, email, url, language, paused },
});

/** @param {number} id */
async function test(id) {
  /** @type {MessageInfo} */
  const { state, error } = await ask(`/alerts/${id}/test`, { method: "POST" });
  if (state !== "sent") await show();
  if (state !== "sent") throw new Error(t("The test was not sent: %(error)s", { error: error ?? "" }));
}

/** @param {number} id @param {string} where */
async function drop(id, where) {
  if (confirm(t("Delete the alert of %(where)s?", { where }))) await ask(`/alerts/${id}`, { method: "DELETE" });
}

/** @param {AlertInfo | null} alert */
async function change(alert) {
  const options = places.flatMap((place) => [
    new Option(t("%(place)s, all stations", { place: place.name }), `${place.id}`),
    ...place.stations.map((station) => new Option(`${place.name}: ${station.name}`, `${place.id}.${station.id}`)),
  ]);
  byId("where", HTMLSelectElement).replaceChildren(...options);
  const usual = { threshold: 40, minutes: 15, visits: 20, email: session.email, url: null, language, paused: false };
  const known = alert ?? { place_id: places[0].id, station_id: null, ...usual };
  const where = known.station_id ? `${known.place_id}.${known.station_id}` : `${known.place_id}`;
  const way = known.url !== null || !mails ? "url" : "email";
  const said = { where, threshold: `${known.threshold}`, minutes: `${known.minutes}`, visits: `${known.visits}` };
  const asked = askInDialog("alert", { ...said, email: known.email ?? "", url: known.url ?? "", language: known.language ?? language }, async (values) => {
    const [place_id, station_id] = values.where.split(".").map(Number);
    const by_mail = values.way === "email";
    const body = {
      ...{ place_id, station_id: station_id ?? null, threshold: Number(values.threshold), minutes: Number(values.minutes) },
      ...{ visits: Number(values.visits), email: by_mail ? values.email : null, url: by_mail ? null : values.url },
      ...{ language: values.language, paused: known.paused },
    };
    /** @type {NewAlert} */
    const made = await ask(alert ? `/alerts/${alert.id}` : "/alerts", { method: alert ? "PUT" : "POST", body });
    if (made.secret) tellSecret(made.secret);
  });
  choose(way);
  await asked;
}

/** Show the field of one way of telling. @param {string} way */
function choose(way) {
  form.dataset.way = way;
  for (const one of form.querySelectorAll("input")) {
    if (one.name === "way") one.checked = one.value === way;
    if (one.name === "email" || one.name === "url") one.required = one.name === way;
  }
}

/** @param {string} secret */
function tellSecret(secret) {
  part("secret").textContent = secret;
  byId("secret-dialog", HTMLDialogElement).showModal();
}

form.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement && target.name === "way") choose(target.value);
});
button("add-alert").addEventListener("click", () => void attempt(() => change(null)));
button("copy-secret").addEventListener("click", () => void navigator.clipboard.writeText(part("secret").textContent ?? ""));
button("close-secret").addEventListener("click", () => byId("secret-dialog", HTMLDialogElement).close());
button("log-out").hidden = false;
button("log-out").addEventListener("click", async () => {
  await ask("/session", { method: "DELETE" });
  location.assign("/login");
});
await attempt(async () => {});
