// The group photo, which takes itself when everyone smiles: brings capture, rings, shutter, stage and gallery together.
import { arm, captureDefaults, step } from "../core/capture.js";
import { makePhoto, makeSheet, makeSmall, SHEET, withFinish } from "../photo/finish.js";
import { createGallery } from "../photo/gallery.js";
import { animate, animateRest, createMoment } from "../photo/moment.js";
import { createRings } from "../photo/rings.js";
import { createSound } from "../photo/sound.js";
import { createPhotoStage, reflectFire } from "../photo/stage.js";
import { openStore } from "../photo/store.js";
import { missingText } from "../photo/words.js";
import { t } from "../translate.js";
import { bindSettingsForm } from "../ui/sheets.js";
import { button, byId, part } from "../ui/dom.js";
import { createJudge } from "./grouping.js";
import { emotionCalibration } from "./networks.js";
import { createShutter } from "./shutter.js";

/** @typedef {import("../contract.js").Group} Group */
/** @typedef {import("../core/capture.js").CaptureEvent} CaptureEvent */
/** @typedef {import("../core/capture.js").CaptureEffect} CaptureEffect */
/** @typedef {import("../photo/store.js").Photo} Photo */
/** @typedef {import("./looking.js").Look} Look */

/** A sentence for screen readers at most this often. */
const SAY_EVERY_MS = 4000;
const NOBODY = { faces: 0, smiling: 0, ready: false, people: [] };

/**
 * @param {object} parts
 * @param {ReturnType<typeof import("./canvas.js").createCanvas>} parts.canvas
 * @param {Pick<ReturnType<typeof import("./eyes.js").createEyes>, "group" | "networks">} parts.eyes
 * @param {ReturnType<typeof import("./looking.js").createLooking>} parts.looking
 * @param {ReturnType<typeof import("./picture.js").createPicture>} parts.picture
 * @param {ReturnType<typeof import("../ui/settings.js").createSettings>} parts.settings
 * @param {ReturnType<typeof import("../ui/stage.js").createStage>} parts.stage
 */
export function createPhotoMode({ canvas, eyes, looking, picture, settings, stage }) {
  const rings = createRings();
  const sound = createSound();
  const moment = createMoment();
  const shutter = createShutter({ looking, picture });
  const shown = createPhotoStage({ tell: stage.tell, onStay: () => happen({ kind: "stay" }) });
  const gallery = createGallery({ tell: stage.tell, onCompose: composeChosen });
  const opened = openStore(() => void gallery.refresh());
  const judge = createJudge(() => ({ photo_sensitivity: settings.get().photo_sensitivity, networks: eyes.networks() }), emotionCalibration);
  /** @type {Group} */
  let latest = NOBODY;
  let capture = arm(0);
  let on = false;
  let said_at = -Infinity;
  /** @type {ImageBitmap | null} */
  let best = null;
  /** The photo that is shown, and the pictures of the sheet that is being filled. @type {{photo: Photo, plain: Blob | null} | null} */
  let current = null;
  /** @type {Blob[]} */
  let sheet = [];

  const config = () => {
    const { photo_hold_ms, photo_countdown, photo_continuous } = settings.get();
    return { ...captureDefaults, hold_ms: Number(photo_hold_ms), countdown_ms: 1000 * Number(photo_countdown), continuous: photo_continuous };
  };

  /** @param {CaptureEvent} event */
  function happen(event) {
    if (!on) return;
    const before = capture.state;
    const { capture: next, effects } = step(capture, event, performance.now(), config());
    capture = next;
    if (before === "counting" && capture.state !== "counting") shown.countdown(0);
    if (before !== capture.state) reflectFire(capture.state === "counting");
    part("main").dataset.capture = capture.state;
    effects.forEach(carryOut);
  }

  /** @param {CaptureEffect} effect */
  function carryOut(effect) {
    const { photo_sound, photo_flash } = settings.get();
    if (effect.kind === "count") {
      shown.countdown(effect.left);
      if (photo_sound) sound.count();
      say(String(effect.left));
    } else if (effect.kind === "stopped") {
      moment.forget();
      if (photo_sound) sound.stopped();
      say(t("Not yet. Once more."));
    } else if (effect.kind === "shoot") {
      if (photo_flash) shown.flash();
      if (photo_sound) sound.shutter();
      say(t("Photo"));
      void take(() => shutter.shoot());
    } else if (effect.kind === "keep") void keepBest();
    else if (effect.kind === "offer") say(t("Good enough? The best moment so far is offered."));
    else if (effect.kind === "use_best") void take(useBest);
    else {
      current = null;
      forgetBest();
      moment.forget();
      judge.reset();
      shown.hide();
    }
  }

  /** @param {string} text */
  function say(text) {
    if (settings.get().announce) part("announcements").textContent = text;
  }

  async function keepBest() {
    const bitmap = await shutter.grab().catch(() => null);
    best?.close();
    best = bitmap;
    if (!bitmap) return;
    shown.offer(await makeSmall(bitmap, isMirrored()));
  }

  function forgetBest() {
    best?.close();
    best = null;
    shown.offer(null);
  }

  async function useBest() {
    const bitmap = best;
    best = null;
    if (!bitmap) throw new Error("there is no moment to take");
    return { bitmap, choice: null, seen: null };
  }

  const isMirrored = () => settings.get().photo_mirror;

  /** @param {() => Promise<import("./shutter.js").Shot>} how */
  async function take(how) {
    const time = Date.now();
    try {
      const { bitmap, choice, seen } = await how();
      const { photo, plain } = await finished(time, (finish) => makePhoto(bitmap, { time, mirrored: isMirrored(), finish }));
      bitmap.close();
      if (settings.get().photo_faces && seen) photo.faces = seen.faces.map(({ box, emotion, scores, smile }) => ({ box, emotion, scores, smile }));
      if (!on) return;
      const store = await opened;
      await store.add(photo);
      current = { photo, plain };
      sheet.push(plain);
      shown.show((await filledSheet(time)) ?? photo, choice);
      if (settings.get().photo_moment) void addMoment(photo);
      happen({ kind: "taken" });
    } catch (error) {
      stage.tell(t("The photo did not work: %(reason)s. Try again.", { reason: error instanceof Error ? error.message : String(error) }));
      happen({ kind: "failed" });
    }
  }

  /** The photo is shown before its moving picture is made, which takes a while on a slow device. @param {Photo} photo */
  async function addMoment(photo) {
    const store = await opened;
    const frames = await moment.take(isMirrored()).catch(() => []);
    if (frames.length === 0) return;
    await store.note(photo, { frames });
    await animate(store, photo);
    if (photo.moment) shown.moves(photo);
  }

  /**
   * Make something with what is chosen now.
   * @template T
   * @param {number} time ms since 1970
   * @param {(finish: import("../photo/compose.js").Finish) => Promise<T>} make
   */
  const finished = async (time, make) => withFinish(settings.get(), await (await opened).logo(), time, make);

  /** @param {number} time @returns {Promise<Photo | null>} the sheet if this photo filled it */
  async function filledSheet(time) {
    const { photo_layout } = settings.get();
    if (photo_layout === "single") {
      sheet = [];
      return null;
    }
    if (sheet.length < SHEET[photo_layout]) {
      stage.tell(t("%(taken)s of %(wanted)s for the sheet.", { taken: sheet.length, wanted: SHEET[photo_layout] }));
      return null;
    }
    const pictures = sheet.slice(-SHEET[photo_layout]);
    sheet = [];
    const photo = await finished(time, (finish) => makeSheet(pictures, photo_layout, { time: time + 1, finish }));
    await (await opened).add(photo);
    return photo;
  }

  /** @param {Photo[]} photos @param {"strip" | "collage"} kind */
  async function composeChosen(photos, kind) {
    const time = Date.now();
    const photo = await finished(time, (finish) => makeSheet(photos.map(({ picture: one }) => one), kind, { time, finish }));
    await (await opened).add(photo);
    await gallery.refresh();
    gallery.view(photo);
  }

  async function retake() {
    if (capture.state !== "showing" || !current) return;
    const { photo, plain } = current;
    sheet = sheet.filter((one) => one !== plain);
    await (await opened).remove([photo.id]);
    happen({ kind: "retake" });
  }

  /**
   * Judge a look; the page publishes the group that this mode waits for.
   * @param {Look} look
   * @param {number} time in ms
   * @param {ImageBitmap | null} whole
   * @returns {Look}
   */
  function see(look, time, whole) {
    latest = judge.judge(look, time);
    rings.people(latest.people);
    shutter.see(look, latest, whole);
    happen({ kind: "group", group: latest });
    if (capture.state === "waiting" && time - said_at >= SAY_EVERY_MS) {
      const line = missingText(latest, canvas.mirrored());
      if (part("announcements").textContent !== line) {
        say(line);
        said_at = time;
      }
    }
    return { ...look, group: latest };
  }

  /** @param {number} time in ms */
  function frame(time) {
    if (!on) return;
    requestAnimationFrame(frame);
    happen({ kind: "tick" });
    shown.progress(capture, latest, { mirrored: canvas.mirrored(), time });
    shown.next(capture.state === "showing" && capture.ends !== null ? Math.max(1, Math.ceil((capture.ends - performance.now()) / 1000)) : null);
    const before_smile = capture.state === "waiting" || (capture.state === "counting" && capture.by_hand);
    const element = picture.element();
    if (before_smile && settings.get().photo_moment && element instanceof HTMLVideoElement) void moment.watch(element, time);
  }

  /** @param {boolean} wanted */
  function set(wanted) {
    if (wanted === on) return;
    on = wanted;
    if (on) eyes.group();
    part("main").dataset.mode = wanted ? "photo" : "live";
    button("photo-button").setAttribute("aria-pressed", String(wanted));
    button("fire-button").hidden = !wanted;
    part("photo-panel").hidden = !wanted;
    shown.enter(wanted);
    canvas.setPainter(wanted ? rings.paint : null);
    reflectAddress(wanted);
    if (!wanted) {
      looking.setWitness(null);
      forgetBest();
      moment.forget();
      return;
    }
    capture = arm(performance.now());
    reflectFire(false);
    latest = NOBODY;
    sheet = [];
    requestAnimationFrame(frame);
  }

  /** @returns {boolean} whether the key was for this mode */
  function press() {
    if (!on) return false;
    if (capture.state === "showing") happen({ kind: "again" });
    else if (capture.state === "counting") {
      happen({ kind: "cancel" });
      say(t("Stopped."));
    } else if (stage.state() === "running") happen({ kind: "fire" });
    return true;
  }

  /** The camera is gone or another is shown: nothing is counted down for who is not there any more. */
  function lose() {
    if (capture.state === "counting") {
      happen({ kind: "cancel" });
      capture = arm(performance.now());
    }
    latest = NOBODY;
    judge.reset();
  }

  async function bind() {
    bindSettingsForm(settings, "photo-form");
    button("photo-button").addEventListener("click", () => set(!on));
    button("fire-button").addEventListener("click", press);
    button("photo-keep").addEventListener("click", () => happen({ kind: "again" }));
    button("photo-retake").addEventListener("click", () => void retake());
    button("photo-offer-button").addEventListener("click", () => happen({ kind: "take_best" }));
    addEventListener("pointerdown", () => on && sound.wake());
    addEventListener("keydown", () => on && sound.wake());
    settings.subscribe((_, changed) => judge.changed(changed));
    await judge.renew();
    const store = await opened;
    await gallery.use(store);
    void animateRest(store);
    await bindLogo(store);
  }

  void bind();
  return { see, set, press, retake, lose, opened, on: () => on, toggle: () => set(!on) };
}

/** Keep `photo` in the address, so that a reload or a bookmark comes back here. @param {boolean} on */
function reflectAddress(on) {
  const address = new URL(location.href);
  if (on === address.searchParams.has("photo")) return;
  if (on) address.searchParams.set("photo", "");
  else address.searchParams.delete("photo");
  history.replaceState(null, "", address);
}

/** @param {Awaited<ReturnType<typeof openStore>>} store */
async function bindLogo(store) {
  const file = byId("logo-file", HTMLInputElement);
  const reflect = async () => (button("logo-remove").hidden = (await store.logo()) === null);
  button("logo-choose").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    if (file.files?.[0]) await store.setLogo(file.files[0]);
    file.value = "";
    await reflect();
  });
  button("logo-remove").addEventListener("click", async () => {
    await store.setLogo(null);
    await reflect();
    button("logo-choose").focus();
  });
  await reflect();
}
