// The station: looks at the camera for weeks, counts visits, and sends sums every few seconds.
import { createVisits, leftOut } from "../core/visits.js";
import { keepOffline, useWaitingVersion } from "../net/offline.js";
import { askSettings, openLine } from "../net/station.js";
import { t, tn } from "../translate.js";
import { button, byId, part } from "../ui/dom.js";
import { browserStorage, createSettings } from "../ui/settings.js";
import { createTheme } from "../ui/theme.js";
import { createWakeLock } from "../ui/wake_lock.js";
import { createZones } from "../ui/zones.js";
import { createLooking } from "./looking.js";
import { loadNetworks } from "./networks.js";
import { asTrouble, createPicture } from "./picture.js";
import { createPublished } from "./published.js";

/** @typedef {import("../net/station.js").Access} Access */
/** @typedef {import("./looking.js").Look} Look */

const SEND_MS = 5000;
const AGAIN_MS = 10_000;
const TOOLS_MS = 6000;
/** A camera whose picture stands still for so long, without a word that it went, is opened anew. */
const STUCK_MS = 120_000;
/** A page that runs for weeks begins anew when nobody is there, so that updates arrive and memory is fresh. */
const FRESH_MS = 24 * 3_600_000;
/** Of faces of people under 13 this network was taught not to say a gender. */
const FOLDERS = { gender: "gender-from-13" };
const KEYS = { access: "allsmiles.station", view: "allsmiles.station.view", zones: "allsmiles.station.zones", camera: "allsmiles.station.camera" };

const storage = browserStorage();
const settings = createSettings(storage);
createTheme(() => settings.get().theme);
const holdScreen = createWakeLock();
const published = createPublished();
const picture = createPicture({ onGone: () => void watch(), onDevices: () => {} });
const looking = createLooking({ onLook: see, onError: (error) => void looksFailed(error) });
const zones = createZones(part("zones"), read(KEYS.zones, []), (next) => storage?.setItem(KEYS.zones, JSON.stringify(next)));
/** @type {ReturnType<typeof createVisits> | null} */
let visits = null;
const begun = performance.now();
let looked_at = begun;

/** @param {string} key @param {any} otherwise @returns {any} */
function read(key, otherwise) {
  try {
    return JSON.parse(storage?.getItem(key) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Take the station's id and key out of its link. @param {string} text @returns {Access | null} */
function parseLink(text) {
  const found = /(?:#|^)(\d+)\.([A-Za-z0-9_-]+)$/.exec(text.trim());
  return found ? { id: Number(found[1]), key: found[2] } : null;
}

/** @param {"starting" | "counting" | "offline" | "trouble"} state @param {string} text */
function tell(state, text) {
  part("main").dataset.state = state;
  if (part("state-text").textContent !== text) part("state-text").textContent = text;
}

/** @param {Look} look @param {number} time */
function see(look, time) {
  const counted = look.faces.filter(({ box }) => !leftOut(box, picture.size(), zones.zones()));
  published.publish({ ...look, faces: counted });
  visits?.see(counted, time);
  part("smile").hidden = part("main").dataset.view !== "mirror" || !look.group.ready;
}

/** The networks failed while looking: load them anew, soon. @param {unknown} error */
async function looksFailed(error) {
  tell("trouble", asTrouble(error).message || t("The networks stopped. Trying again."));
  setTimeout(() => location.reload(), AGAIN_MS);
}

/** Open the camera, for as long as it takes: after a power cut it may come later than the page. */
async function watch() {
  for (;;) {
    try {
      await picture.showCamera({ device_id: read(KEYS.camera, ""), facing: "user" });
      break;
    } catch (error) {
      tell("trouble", t("No camera (%(problem)s): allow or connect one. Trying again.", { problem: asTrouble(error).problem }));
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
  picture.mirror(true);
  layOut();
  looking.watch(picture.element());
  void looking.start();
}

/** Lay the zones over the picture, which leaves bars at its sides. */
function layOut() {
  const { width, height } = picture.size();
  const stage = { width: part("picture").clientWidth, height: part("picture").clientHeight };
  const scale = Math.min(stage.width / (width || 1), stage.height / (height || 1));
  const size = { width: `${width * scale}px`, height: `${height * scale}px` };
  for (const [name, value] of Object.entries(size)) part("zones").style.setProperty(name, value);
}

/** @param {Access} access */
async function run(access) {
  part("setup").hidden = true;
  part("scene").hidden = false;
  document.body.dataset.running = "";
  tell("starting", t("Starting"));
  const known = await askSettings(access);
  const models_url = part("main").dataset.models ?? "/static/models/";
  const manifest = await (await fetch(`${models_url}emotion/manifest.json`)).json();
  const gender = known?.gender ?? read(KEYS.access, {}).gender ?? false;
  visits = createVisits({ smile_threshold: manifest.calibration?.smile_threshold ?? 0.5, gender });
  storage?.setItem(KEYS.access, JSON.stringify({ ...access, gender, name: known?.name ?? read(KEYS.access, {}).name }));
  void navigator.storage?.persist?.();
  const line = await openLine(access, ({ state, waiting, detail }) => {
    if (state === "sending") tell("counting", known ? `${known.place}, ${known.name}` : t("Counting"));
    else if (state === "offline")
      tell("offline", tn("Counting without a network, %(count)s minute waits to be sent", "Counting without a network, %(count)s minutes wait to be sent", waiting));
    else tell("trouble", `${detail} ${tn("%(count)s minute waits on this device.", "%(count)s minutes wait on this device.", waiting)}`);
  });
  holdScreen(true);
  await watch();
  const wishes = { models_url, query: location.search, settings: settings.get(), storage, folders: FOLDERS, onProgress: () => {} };
  const vision = await loadNetworks(wishes);
  vision.onLost(() => {});
  looking.setDetectSide(Number(settings.get().detect_side));
  await looking.use(vision);
  void looking.start();
  tell("counting", t("Counting"));
  looked_at = performance.now();
  setInterval(() => void count(line), SEND_MS);
}

/** @param {Awaited<ReturnType<typeof openLine>>} line */
async function count(line) {
  const sums = visits?.take();
  const now = performance.now();
  // A page in the background gets no pictures, which is nobody's fault.
  if ((sums && sums.observed_ms > 0) || document.visibilityState === "hidden") looked_at = now;
  // Nothing was looked at: a gap, which is not a zero.
  if (sums && (sums.observed_ms > 0 || sums.visits > 0)) await line.add({ start: Date.now() - sums.observed_ms, ...sums });
  const fresh = now - begun > FRESH_MS && visits?.present() === 0 && navigator.onLine && line.waiting() === 0;
  if (fresh || now - looked_at > STUCK_MS) location.reload();
}

/** @param {"notice" | "mirror"} view */
function show(view) {
  part("main").dataset.view = view;
  storage?.setItem(KEYS.view, JSON.stringify(view));
  for (const one of part("views").querySelectorAll("button")) one.setAttribute("aria-pressed", String(one.dataset.view === view));
}

async function nextCamera() {
  const cameras = await picture.cameras();
  const index = cameras.findIndex(({ device_id }) => device_id === picture.camera_id());
  storage?.setItem(KEYS.camera, JSON.stringify(cameras[(index + 1) % cameras.length]?.device_id ?? ""));
  await watch();
}

function bindControls() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let hiding;
  const showTools = () => {
    part("main").dataset.tools = "";
    clearTimeout(hiding);
    hiding = setTimeout(() => "zones" in part("main").dataset || delete part("main").dataset.tools, TOOLS_MS);
  };
  for (const kind of ["pointermove", "pointerdown", "keydown"]) document.addEventListener(kind, showTools);
  part("views").addEventListener("click", ({ target }) => {
    if (target instanceof HTMLElement && target.dataset.view) show(target.dataset.view === "mirror" ? "mirror" : "notice");
  });
  button("camera-button").addEventListener("click", () => void nextCamera());
  button("zones-button").addEventListener("click", () => {
    const on = part("main").toggleAttribute("data-zones");
    button("zones-button").setAttribute("aria-pressed", String(on));
    part("zones-hint").hidden = !on;
    layOut();
  });
  button("full-screen-button").addEventListener("click", () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen?.();
  });
  button("stop-button").addEventListener("click", () => {
    if (!confirm(t("Stop being a station? The key is forgotten on this device."))) return;
    storage?.removeItem(KEYS.access);
    location.assign("/station");
  });
  addEventListener("resize", layOut);
}

/** @param {Access | null} offered by the link */
function offerSetup(offered) {
  part("setup").hidden = false;
  part("link-field").hidden = offered !== null;
  byId("setup-form", HTMLFormElement).addEventListener("submit", async (event) => {
    event.preventDefault();
    const link = new FormData(byId("setup-form", HTMLFormElement)).get("link");
    const access = offered ?? parseLink(String(link ?? ""));
    try {
      if (!access) throw new Error(t("This is not a station's link: copy it from the dashboard, under Places."));
      if (!(await askSettings(access))) throw new Error(t("The server does not answer: check the network and try again."));
      await begin(access);
    } catch (error) {
      part("wrong").textContent = error instanceof Error ? error.message : String(error);
      part("wrong").hidden = false;
      part("setup").hidden = false;
      part("scene").hidden = true;
    }
  });
}

/** Count, unless another tab of this device does: both would send the same faces. @param {Access} access */
async function begin(access) {
  const lock = navigator.locks?.request.bind(navigator.locks);
  if (!lock) return run(access);
  await new Promise((resolve, reject) => {
    void lock("allsmiles-station", { ifAvailable: true }, async (held) => {
      if (!held) return reject(new Error(t("Another tab of this device counts already: close it first.")));
      await run(access).then(resolve, reject);
      // Held until the page goes.
      await new Promise(() => {});
    });
  });
}

const offered = parseLink(location.hash);
// The key must not stay where a photo of the screen or a bookmark would show it.
if (offered) history.replaceState(null, "", location.pathname + location.search);
const kept = /** @type {Access | null} */ (read(KEYS.access, null));
bindControls();
show(read(KEYS.view, "notice"));
if (await useWaitingVersion()) await new Promise(() => {});
if (kept && (!offered || offered.key === kept.key)) {
  await begin(kept).catch((error) => {
    part("scene").hidden = false;
    tell("trouble", `${error.message} ${t("Trying again.")}`);
    setTimeout(() => location.reload(), AGAIN_MS);
  });
} else offerSetup(offered);
await keepOffline(() => {});
