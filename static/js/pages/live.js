// The first page: brings camera, networks, overlay, list and controls together.
import { keepOffline, useWaitingVersion } from "../net/offline.js";
import { t } from "../translate.js";
import { createAnnouncer } from "../ui/announcer.js";
import { button, byId, part } from "../ui/dom.js";
import { takeFiles } from "../ui/dropping.js";
import { createFaceList } from "../ui/face_list.js";
import { browserStorage, createSettings } from "../ui/settings.js";
import { bindSettingsForm, bindSnapshotMenu, createSheet, writeCameras } from "../ui/sheets.js";
import { listenForShortcuts, writeShortcuts } from "../ui/shortcuts.js";
import { download, drawSnapshot, snapshotName } from "../ui/snapshot.js";
import { addressMedia, fileMedia } from "../ui/sources/media.js";
import { cameraAllowed } from "../ui/sources/camera.js";
import { createStage } from "../ui/stage.js";
import { createTheme } from "../ui/theme.js";
import { createWakeLock } from "../ui/wake_lock.js";
import { createWhere, movedText, whereSentence, whereText } from "../ui/where.js";
import { groupText } from "../ui/words.js";
import { createCanvas } from "./canvas.js";
import { createEyes } from "./eyes.js";
import { createLooking } from "./looking.js";
import { createPhotoMode } from "./photo.js";
import { asTrouble, createPicture } from "./picture.js";
import { createPublished } from "./published.js";
import { createRoomMode } from "./room.js";
import { createShareLink } from "./share_link.js";

/** @typedef {import("../ui/settings.js").Settings} Settings */
/** @typedef {import("./looking.js").Look} Look */

/** Faces that nobody could look at for so long are taken off the picture. */
const BLIND_MS = 700;
const MOVED_MS = 15_000;

const storage = browserStorage();
const settings = createSettings(storage);
const applyTheme = createTheme(() => settings.get().theme);
const stage = createStage();
const published = createPublished();
const showFaces = createFaceList(part("face-list"));
const announce = createAnnouncer();
const holdScreen = createWakeLock();
const picture = createPicture({ onGone: () => void cameraGone(), onDevices: () => void devicesChanged() });
const canvas = createCanvas({ picture, settings, stats: () => published.latest().stats, networks: () => eyes.networks() });
const looking = createLooking({ onLook: see, onError: (error) => void looksFailed(error) });
const eyes = createEyes({
  models_url: part("main").dataset.models ?? "/static/models/",
  allowed: /** @type {import("../core/routing.js").Allowed} */ (part("main").dataset.routes ?? "both"),
  query: location.search,
  settings: settings.get,
  storage,
  onProgress: reflectProgress,
  onWhere: reflectWhere,
  onMove: () => void loadVision(),
  onLost: () => stage.tell(t("The graphics engine stopped. AllSmiles goes on with another one.")),
});
const photo = createPhotoMode({ canvas, eyes, looking, picture, settings, stage });
const { room: code } = part("main").dataset;
const room = code ? createRoomMode({ code, canvas, eyes, looking, picture, settings, stage, opened: photo.opened }) : null;
const showWhere = createWhere();

/** What "try again" does on the trouble card. @type {() => Promise<void>} */
let again = startCamera;
let networks_ready = false;
let failures = 0;
let loads = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let blind;

/** @param {Look} seen @param {number} time in ms @param {ImageBitmap | null} whole */
function see(seen, time, whole) {
  failures = 0;
  eyes.looked(seen.stats, time);
  if (!photo.on() && !room) whole?.close();
  const look = photo.on() ? photo.see(seen, time, whole) : (room?.see(seen, time, whole) ?? seen);
  published.publish(look);
  canvas.faces(look.faces);
  showFaces(look.faces, time);
  stage.people(look.group, picture.kind() ?? "camera", time);
  const text = groupText(look.group);
  if (part("group-text").textContent !== text) part("group-text").textContent = text;
  part("faces-note").hidden = look.faces.length > 0;
  const sentence = settings.get().announce && !photo.on() && !room ? announce(look.faces, time) : null;
  if (sentence) part("announcements").textContent = sentence;
}

/** Forget the faces of the source before. */
function clearFaces() {
  looking.watch(null);
  eyes.forget();
  photo.lose();
  room?.lose();
  hideFaces();
}

/** Show nobody: what was seen is too old. */
function hideFaces() {
  canvas.reset();
  published.clear();
  showFaces([], -Infinity);
  part("group-text").textContent = t("None yet");
  part("faces-note").hidden = false;
}

/**
 * Put something on the stage and look at it, or say what is wrong.
 * @param {() => Promise<boolean>} open
 * @param {() => Promise<void>} retry
 */
async function present(open, retry) {
  again = retry;
  clearFaces();
  try {
    if (!(await open())) return;
  } catch (error) {
    const { problem, detail } = asTrouble(error);
    picture.close();
    holdScreen(false);
    return stage.trouble(problem, detail);
  }
  stage.show("running");
  reflectPause(false);
  reflectSource();
  looking.watch(picture.element());
  if (!networks_ready) stage.gettingReady(t("Getting ready"));
  holdScreen(picture.kind() !== "image");
  void looking.start();
}

async function startCamera() {
  const { camera, facing } = settings.get();
  await present(() => picture.showCamera({ device_id: camera, facing }), startCamera);
  await reflectCameras();
}

/** @param {File} file */
const openFile = (file) => present(async () => picture.showMedia(fileMedia(file)), startCamera);

/** @param {string} address @returns {Promise<void>} */
const openAddress = (address) =>
  present(async () => picture.showMedia(await addressMedia(address)), () => openAddress(address));

/** The camera was unplugged: another one, else wait for one. */
async function cameraGone() {
  const others = (await picture.cameras()).filter(({ device_id }) => device_id !== picture.camera_id());
  clearFaces();
  picture.close();
  holdScreen(false);
  stage.trouble("unplugged");
  if (others.length > 0) await startCamera();
}

async function devicesChanged() {
  const waiting = stage.state() === "trouble" && ["unplugged", "no_camera"].includes(part("main").dataset.problem ?? "");
  if (waiting && (await picture.cameras()).length > 0) await startCamera();
  await reflectCameras();
}

/** @param {{step: string}} progress */
function reflectProgress({ step }) {
  const text = step === "networks" ? t("Loading the networks") : step === "measuring" ? t("Finding the fastest engine") : t("Starting the engine");
  if (stage.state() === "running") stage.gettingReady(text);
}

/** Say where the looking happens; old faces are not left standing. @param {import("../core/routing.js").Route} route @param {import("../ui/where.js").State} state */
function reflectWhere(route, state) {
  showWhere(route, state);
  clearTimeout(blind);
  if (route === "server" && state !== "looking") blind = setTimeout(() => goBlind(whereText(route, state)), BLIND_MS);
}

/** Nobody can look for a while: show no old faces and say why. @param {string} text */
function goBlind(text) {
  hideFaces();
  if (settings.get().announce && stage.state() === "running") part("announcements").textContent = text;
}

/** Load what looks, as the settings say now, and go on looking. */
async function loadVision() {
  const mine = ++loads;
  // Those that are there already look until the others are.
  if (!eyes.prepared()) {
    networks_ready = false;
    if (stage.state() === "running") stage.gettingReady(t("Getting ready"));
    await looking.use(null);
    if (mine !== loads) return;
  }
  try {
    const next = await eyes.load();
    if (mine !== loads) return next.eyes.close();
    looking.setDetectSide(Number(settings.get().detect_side));
    await looking.use(next.eyes);
    if (next.moved) tellMove(next.moved, next.why);
  } catch (error) {
    if (mine !== loads) return;
    if (!["auto", "usual"].includes(settings.get().networks)) {
      stage.tell(t("Those networks did not load. The usual ones are used."));
      return settings.set("networks", "auto");
    }
    if (settings.get().backend !== "auto") {
      stage.tell(t("That engine does not work here. The fastest that does is used."));
      return settings.set("backend", "auto");
    }
    again = async () => (await loadVision(), picture.kind() ? void 0 : startCamera());
    stage.gettingReady(null);
    const { problem, detail } = asTrouble(error);
    return stage.trouble(problem, detail);
  }
  networks_ready = true;
  stage.gettingReady(null);
  showWhere(eyes.route(), eyes.route() === "device" ? "looking" : "connecting");
  const mended = ["models_failed", "refused", "unsupported"].includes(part("main").dataset.problem ?? "");
  if (stage.state() === "trouble" && mended && picture.kind()) stage.show("running");
  if (stage.state() === "running") void looking.start();
  eyes.move();
}

/** @param {import("../core/routing.js").Route} route @param {Parameters<typeof movedText>[1]} why */
function tellMove(route, why) {
  const text = movedText(route, why);
  const stay = { label: t("Stay on this device"), run: () => settings.set("route", "device") };
  if (text) stage.tell(text, why === "slow" && route === "server" ? stay : undefined, MOVED_MS);
}

/** A look failed: load anew once, then take the other route or say so. @param {unknown} error */
async function looksFailed(error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  failures += 1;
  if (name !== "Refused" && failures < 3) return loadVision();
  failures = 0;
  if (eyes.failed()) return loadVision();
  again = loadVision;
  stage.trouble(name === "Refused" ? "refused" : "models_failed", message);
}

/** @param {boolean} paused */
function reflectPause(paused) {
  button("pause-button").classList.toggle("on", paused);
  part("pause-button").lastElementChild?.replaceChildren(paused ? t("Resume") : t("Pause"));
}

function togglePause() {
  if (room) return room.press();
  if (photo.press()) return;
  const running = stage.state() === "running";
  if (!running && stage.state() !== "paused") return;
  stage.show(running ? "paused" : "running");
  reflectPause(running);
  holdScreen(!running && picture.kind() !== "image");
  if (running) {
    looking.stop();
    picture.pause();
  } else {
    void picture.play();
    void looking.start();
  }
}

function reflectSource() {
  const camera = picture.kind() === "camera";
  part("camera-button").hidden = camera;
  button("mirror-button").disabled = !camera;
  reflectMirror();
}

function reflectMirror() {
  button("mirror-button").setAttribute("aria-pressed", String(settings.get().mirror));
  canvas.setMirrored(picture.mirror(settings.get().mirror));
}

async function reflectCameras() {
  writeCameras(await picture.cameras(), picture.camera_id());
}

/** The next camera of those there are: front and back on a phone. */
async function nextCamera() {
  if (picture.kind() !== "camera") return startCamera();
  const cameras = await picture.cameras();
  const index = cameras.findIndex(({ device_id }) => device_id === picture.camera_id());
  const next = cameras[(index + 1) % cameras.length];
  if (cameras.length < 2) return;
  settings.set("camera", next.device_id);
}

/** @param {boolean} labels */
async function snapshot(labels) {
  if (!picture.kind()) return;
  const blob = await drawSnapshot(picture.element(), canvas.view(), labels ? canvas.paint : null);
  download(blob, snapshotName(new Date()));
  stage.tell(t("Snapshot saved to your downloads."));
}

function toggleFullScreen() {
  const main = part("main");
  if (document.fullscreenElement) void document.exitFullscreen();
  // An iPhone gives no element the whole screen: fill the page instead.
  else if (main.requestFullscreen) void main.requestFullscreen();
  else reflectFullScreen(!main.classList.contains("full"));
}

/** @param {boolean} full */
function reflectFullScreen(full) {
  part("main").classList.toggle("full", full);
  button("full-screen-button").setAttribute("aria-pressed", String(full));
}

/** @param {"mirror" | "overlay" | "bars" | "statistics"} name */
const toggle = (name) => settings.set(name, !settings.get()[name]);

function nextTheme() {
  const order = /** @type {const} */ (["system", "light", "dark"]);
  const theme = order[(order.indexOf(settings.get().theme) + 1) % order.length];
  settings.set("theme", theme);
  stage.tell(t("Appearance: %(theme)s", { theme: { system: t("System"), light: t("Light"), dark: t("Dark") }[theme] }));
}

/** Apply a changed setting, or all of them. @param {Settings} values @param {keyof Settings | null} changed */
function applySettings(values, changed) {
  const is = (/** @type {(keyof Settings)[]} */ ...names) => changed === null || names.includes(changed);
  if (is("theme")) applyTheme();
  if (is("mirror")) reflectMirror();
  if (is("statistics")) part("statistics").hidden = !values.statistics;
  if (is("networks")) eyes.chooseNetworks();
  if (is("backend", "detect_side", "networks")) void loadVision();
  if (is("route")) eyes.choose();
  if (is("camera", "facing") && picture.kind() === "camera") void startCamera();
}

function bindControls() {
  const file = byId("file", HTMLInputElement);
  const choose = () => file.click();
  const settings_sheet = createSheet("settings", false, button("settings-button"));
  const help_card = createSheet("help", true, button("help-button"));
  const closeMenu = bindSnapshotMenu();
  const save = (/** @type {boolean} */ labels) => () => (closeMenu(), void snapshot(labels));
  /** @type {Record<string, () => void>} */
  const clicks = {
    "start-button": () => void startCamera(),
    "trouble-retry": () => void again(),
    "welcome-open-button": choose,
    "trouble-open": choose,
    "open-button": choose,
    "camera-button": () => void startCamera(),
    "pause-button": togglePause,
    "snapshot-labels": save(true),
    "snapshot-plain": save(false),
    "mirror-button": () => toggle("mirror"),
    "flip-button": () => void nextCamera(),
    "full-screen-button": toggleFullScreen,
    where: () => tellWhere(settings_sheet),
  };
  for (const [id, run] of Object.entries(clicks)) button(id).addEventListener("click", run);
  listenForShortcuts({
    pause: togglePause,
    snapshot: save(true),
    snapshot_plain: save(false),
    photo: () => !room && photo.toggle(),
    retake: () => void photo.retake(),
    full_screen: toggleFullScreen,
    mirror: () => toggle("mirror"),
    overlay: () => toggle("overlay"),
    bars: () => toggle("bars"),
    open: choose,
    camera: () => void nextCamera(),
    theme: nextTheme,
    statistics: () => toggle("statistics"),
    settings: settings_sheet.toggle,
    help: help_card.toggle,
  });
  byId("camera-select", HTMLSelectElement).addEventListener("change", ({ target }) =>
    settings.set("camera", /** @type {HTMLSelectElement} */ (target).value),
  );
  takeFiles({ hint: part("drop-here"), input: file }, (chosen) => void openFile(chosen));
  document.addEventListener("fullscreenchange", () => reflectFullScreen(document.fullscreenElement !== null));
  document.addEventListener("visibilitychange", () => void pageShownOrHidden());
}

/** Say in full where the looking happens, and offer the choice where there is one. @param {{toggle: () => void}} settings_sheet */
function tellWhere(settings_sheet) {
  stage.tell(whereSentence(eyes.route()));
  const chosen = document.querySelector('[name="route"]:checked');
  if (!(chosen instanceof HTMLElement)) return;
  if (!byId("settings", HTMLDialogElement).open) settings_sheet.toggle();
  chosen.focus();
}

/** Nobody watches a hidden page: looking rests until it comes back. */
async function pageShownOrHidden() {
  if (stage.state() !== "running") return;
  if (document.hidden) return looking.stop();
  await picture.play();
  void looking.start();
}

async function begin() {
  writeShortcuts(part("shortcuts"));
  bindSettingsForm(settings);
  button("forget-button").addEventListener("click", settings.forget);
  bindControls();
  if (document.getElementById("share-link")) createShareLink();
  settings.subscribe(applySettings);
  part("statistics").hidden = !settings.get().statistics;
  showWhere(eyes.route(), "connecting");
  if (await useWaitingVersion()) return;

  const address = new URLSearchParams(location.search).get("source");
  photo.set(!room && new URLSearchParams(location.search).has("photo"));
  const loaded = loadVision();
  if (address !== null) await openAddress(address);
  else if (!globalThis.isSecureContext) stage.trouble("insecure", location.host);
  else if (await cameraAllowed()) await startCamera();
  else stage.show("welcome");
  await loaded;
  await keepOffline((apply) => stage.tell(t("A new version of AllSmiles is ready."), { label: t("Load it"), run: apply }));
}

void begin();
