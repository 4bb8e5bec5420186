// Places, stations, keys and people: everything a manager changes.
import { ask, requireSession } from "../net/shop.js";
import { t } from "../translate.js";
import { makeTable } from "../ui/charts/table.js";
import { button, byId, make, part } from "../ui/dom.js";
import { formatAgo, formatWeekday } from "../ui/format.js";
import { browserStorage, createSettings } from "../ui/settings.js";
import { askInDialog } from "../ui/shop/dialog.js";
import { stateText } from "../ui/shop/tiles.js";
import { createTokens } from "../ui/shop/tokens.js";
import { createTheme } from "../ui/theme.js";

/** @typedef {import("../contract.js").KeyInfo} KeyInfo */
/** @typedef {import("../contract.js").NewKey} NewKey */
/** @typedef {import("../contract.js").PlaceInfo} PlaceInfo */
/** @typedef {import("../contract.js").StationInfo} StationInfo */
/** @typedef {import("../contract.js").UserInfo} UserInfo */

const DAYS = /** @type {const} */ (["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
/** @type {Record<string, string>} */
const ROLES = { viewer: t("viewer"), manager: t("manager"), owner: t("owner") };

/** What the audit log says, as webapp/shop notes it. @type {Record<string, string>} */
const ACTIONS = {
  "change alert": t("change alert"),
  "change password": t("change password"),
  "change place": t("change place"),
  "change report": t("change report"),
  "change role": t("change role"),
  "confirm notice and zones": t("confirm notice and zones"),
  "delete alert": t("delete alert"),
  "delete report": t("delete report"),
  "delete view": t("delete view"),
  "embed view": t("embed view"),
  "erase place": t("erase place"),
  "erase station": t("erase station"),
  "keep view": t("keep view"),
  "make alert": t("make alert"),
  "make key": t("make key"),
  "make place": t("make place"),
  "make report": t("make report"),
  "make station": t("make station"),
  "make token": t("make token"),
  "make user": t("make user"),
  "pause alert": t("pause alert"),
  "remove user": t("remove user"),
  "rename station": t("rename station"),
  "renew secret of alert": t("renew secret of alert"),
  "resume alert": t("resume alert"),
  "send report": t("send report"),
  "test alert": t("test alert"),
  "withdraw key": t("withdraw key"),
  "withdraw token": t("withdraw token"),
  "withdraw view": t("withdraw view"),
};

const settings = createSettings(browserStorage());
createTheme(() => settings.get().theme);
const session = await requireSession();
const [manages, owns] = [session.role !== "viewer", session.role === "owner"];

const tokens = createTokens({ ask, act, attempt });

/** @param {string} text @param {() => Promise<unknown>} run @param {string} [kind] */
function act(text, run, kind = "quiet") {
  const one = Object.assign(make("button", kind, text), { type: "button" });
  one.addEventListener("click", () => void attempt(run));
  return one;
}

/** Do something, show what became of it, and the server's words where it was refused. @param {() => Promise<unknown>} run */
async function attempt(run) {
  part("message").hidden = true;
  try {
    await run();
    await show();
  } catch (error) {
    part("message").textContent = error instanceof Error ? error.message : String(error);
    part("message").classList.add("bad");
    part("message").hidden = false;
  }
}

async function show() {
  const places = /** @type {PlaceInfo[]} */ (await ask("/places"));
  const nothing = make("p", "message", t("No places yet. A place is a shop or an office; a station is one camera in it."));
  part("places").replaceChildren(...(places.length > 0 ? places.map(placePanel) : [nothing]));
  if (manages) await tokens.show();
  part("people").hidden = !owns;
  if (owns) showPeople(await ask("/users"), await ask("/audit"));
  part("main").dataset.state = "shown";
}

/** @param {PlaceInfo} place */
function placePanel(place) {
  const actions = make("span", "");
  if (manages) actions.append(act(t("Edit"), () => changePlace(place)), act(t("New station"), () => addStation(place)));
  if (owns) actions.append(act(t("Erase"), () => erase(`/places/${place.id}`, t("Erase %(name)s, its stations and all their counts? This cannot be undone.", { name: place.name })), "quiet danger"));
  const gender = place.gender ? `, ${t("perceived gender is counted")}` : "";
  const facts = make("p", "facts", `${place.time_zone}, ${openingText(place.opening)}${gender}`);
  const rows = make("ul", "rows", ...place.stations.map(stationRow));
  return make("section", "panel", make("header", "", make("h2", "", place.name), actions), facts, rows);
}

/** @param {StationInfo} station */
function stationRow(station) {
  const { id, name, state, seen_at } = station;
  const heard = seen_at === null ? t("not heard of yet") : stateText(state, Date.now() / 1000 - seen_at);
  const row = make("li", "", make("span", "name", name, make("small", "", heard)));
  if (manages) row.append(act(t("Rename"), () => rename(station)), act(t("New key"), () => tellKey(() => ask(`/stations/${id}/keys`, { method: "POST" }))));
  if (owns) row.append(act(t("Erase"), () => erase(`/stations/${id}`, t("Erase %(name)s and all its counts? This cannot be undone.", { name })), "quiet danger"));
  const valid = station.keys.filter(({ withdrawn_at }) => withdrawn_at === null);
  if (manages) row.append(make("ul", "keys", ...valid.map((key) => keyRow(id, key))));
  return row;
}

/** @param {number} station @param {KeyInfo} key */
function keyRow(station, { id, hint, made_at }) {
  const withdraw = () => ask(`/stations/${station}/keys/${id}`, { method: "DELETE" });
  const made = t("made %(ago)s", { ago: formatAgo(Math.max(0, Date.now() / 1000 - made_at)) });
  return make("li", "", `${t("key")} `, make("code", "", `${hint}…`), made, act(t("Withdraw"), withdraw, "quiet danger"));
}

/** @param {PlaceInfo["opening"]} [opening] */
function openingText(opening = {}) {
  if (Object.keys(opening).length === 0) return t("always open");
  const hours = DAYS.map((day) => (opening[day] ?? []).map(([start, end]) => `${start}–${end}`).join(", "));
  if (new Set(hours).size === 1) return hours[0] ? t("every day %(hours)s", { hours: hours[0] }) : t("closed");
  // Days in a row with the same hours are said once.
  const begins = DAYS.flatMap((_, i) => (i === 0 || hours[i] !== hours[i - 1] ? [i] : []));
  const told = begins.map((from, i) => ({ from, to: (begins[i + 1] ?? DAYS.length) - 1 })).filter(({ from }) => hours[from] !== "");
  return told.map(({ from, to }) => `${formatWeekday(from)}${to > from ? `–${formatWeekday(to)}` : ""} ${hours[from]}`).join("; ");
}

/** Ask before something that cannot be undone. @param {string} path @param {string} question */
async function erase(path, question) {
  if (confirm(question)) await ask(path, { method: "DELETE" });
}

/** @param {StationInfo} station */
async function rename(station) {
  await askInDialog("name", { name: station.name }, ({ name }) => ask(`/stations/${station.id}`, { method: "PUT", body: { name } }));
}

/** @param {PlaceInfo} place */
async function addStation(place) {
  await askInDialog("name", { name: "" }, ({ name }) =>
    tellKey(() => ask(`/places/${place.id}/stations`, { method: "POST", body: { name } })),
  );
}

/** Make a key and tell it, as the link that a device opens. @param {() => Promise<NewKey>} make_key */
async function tellKey(make_key) {
  const { station_id, key } = await make_key();
  // Behind the #, so that the key is in no log.
  part("key").textContent = `${location.origin}/station#${station_id}.${key}`;
  byId("key-dialog", HTMLDialogElement).showModal();
}

/** @param {PlaceInfo | null} place */
async function changePlace(place) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  /** @type {{name: string, time_zone: string, opening?: Record<string, [string, string][]>, gender?: boolean}} */
  const known = place ?? { name: "", time_zone: zone };
  part("hours").replaceChildren(...DAYS.map((day, i) => dayRow(day, i, known.opening?.[day] ?? [])));
  await askInDialog("place", { name: known.name, time_zone: known.time_zone, gender: known.gender ?? false }, (values) => {
    const body = { name: values.name, time_zone: values.time_zone, gender: values.gender === "on", opening: opening(values, known.opening) };
    return place ? ask(`/places/${place.id}`, { method: "PUT", body }) : ask("/places", { method: "POST", body });
  });
}

/** @param {string} day @param {number} index @param {[string, string][]} spans */
function dayRow(day, index, spans) {
  const [start, end] = spans[0] ?? ["", ""];
  const input = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ what) =>
    Object.assign(make("input"), { type: "time", name: `${day}_${name}`, value, ariaLabel: `${formatWeekday(index, "long")} ${what}` });
  return make("div", "day", formatWeekday(index), input("start", start, t("from")), t("to"), input("end", end === "24:00" ? "00:00" : end, t("to")));
}

/**
 * Read the opening hours; a second span of a day, made by another program, stays.
 * @param {Record<string, string>} values
 * @param {PlaceInfo["opening"]} [known]
 */
function opening(values, known = {}) {
  const told = DAYS.flatMap((day) => {
    const [start, end] = [values[`${day}_start`], values[`${day}_end`]];
    return start && end ? [[day, [[start, end], ...(known[day] ?? []).slice(1)]]] : [];
  });
  return Object.fromEntries(told);
}

/** @param {UserInfo[]} users @param {import("../contract.js").AuditEntry[]} entries */
function showPeople(users, entries) {
  const rows = users.map((user) => {
    const options = Object.keys(ROLES).map((role) =>
      Object.assign(make("option", "", ROLES[role]), { value: role, selected: role === user.role }),
    );
    const select = Object.assign(make("select", "", ...options), { ariaLabel: t("Role of %(email)s", { email: user.email }) });
    select.addEventListener("change", () => void attempt(() => ask(`/users/${user.id}`, { method: "PUT", body: { role: select.value } })));
    return [user.email, select, act(t("Remove"), () => removeUser(user), "quiet danger")];
  });
  part("users").replaceChildren(makeTable(t("Users"), [t("E-mail"), t("Role"), ""], rows));
  const log = entries.map(({ at, who, action, subject }) => [formatAgo(Math.max(0, Date.now() / 1000 - at)), who, ACTIONS[action] ?? action, subject]);
  part("audit").replaceChildren(makeTable(t("Audit log"), [t("When"), t("Who"), t("What"), t("Of")], log));
}

/** @param {UserInfo} user */
async function removeUser({ id, email }) {
  if (confirm(t("Remove %(email)s?", { email }))) await ask(`/users/${id}`, { method: "DELETE" });
}

button("add-place").hidden = !manages;
button("add-place").addEventListener("click", () => void attempt(() => changePlace(null)));
button("add-user").addEventListener("click", () =>
  void attempt(() => askInDialog("user", { email: "", role: "viewer", password: "" }, (body) => ask("/users", { method: "POST", body }))),
);
button("copy-key").addEventListener("click", () => void navigator.clipboard.writeText(part("key").textContent ?? ""));
button("close-key").addEventListener("click", () => byId("key-dialog", HTMLDialogElement).close());
byId("password-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const form = byId("password-form", HTMLFormElement);
  void attempt(async () => {
    const { csrf } = await ask("/session/password", { method: "PUT", body: Object.fromEntries(new FormData(form)) });
    form.reset();
    if (csrf) await requireSession();
  });
});
part("confirmation").hidden = session.confirmed;
byId("confirmation-form", HTMLFormElement).hidden = !owns;
byId("confirmation-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void attempt(async () => {
    await ask("/confirmation", { method: "PUT", body: { confirmed: true } });
    part("confirmation").hidden = true;
  });
});
button("log-out").hidden = false;
button("log-out").addEventListener("click", async () => {
  await ask("/session", { method: "DELETE" });
  location.assign("/login");
});
part("time-zones").replaceChildren(...Intl.supportedValuesOf("timeZone").map((zone) => Object.assign(make("option"), { value: zone })));
await attempt(async () => {});
