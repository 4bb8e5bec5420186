// A room of several cameras on the live page: rings of the others, one moment for all, one collage.
import { enterRoom, NOBODY } from "../net/room.js";
import { makePhoto, makeSheet, smallLogo, withFinish } from "../photo/finish.js";
import { createRings } from "../photo/rings.js";
import { bindPhotoActions } from "../photo/show.js";
import { reflectFire } from "../photo/stage.js";
import { createSound } from "../photo/sound.js";
import { encodePicture } from "../photo/still.js";
import { t, tn } from "../translate.js";
import { button, byId, make, part } from "../ui/dom.js";
import { fitUnder } from "../ui/sources/grab.js";
import { createJudge } from "./grouping.js";
import { emotionCalibration } from "./networks.js";
import { createShutter } from "./shutter.js";

/** @typedef {import("../contract.js").RoomSeat} RoomSeat */
/** @typedef {import("../contract.js").RoomView} RoomView */
/** @typedef {import("../photo/store.js").Photo} Photo */
/** @typedef {Awaited<ReturnType<typeof import("../photo/store.js").openStore>>} Store */
/** @typedef {{finish: import("../contract.js").RoomFinish | null, logo: Blob | null}} Chosen what the host has on the collage */
/** @typedef {import("./looking.js").Look} Look */

/** Longest side of the frames that travel. */
const FRAME_SIDE = 1600;
/** So long before the moment the camera gets ready for it; the server stops nothing any more by then. */
const READY_MS = 450;
/** A photo that nobody puts away is put away after this, in ms: it is in the gallery, and the others wait. */
const LOOK_MS = 20_000;

/**
 * @param {object} parts
 * @param {string} parts.code
 * @param {ReturnType<typeof import("./canvas.js").createCanvas>} parts.canvas
 * @param {Pick<ReturnType<typeof import("./eyes.js").createEyes>, "group" | "networks">} parts.eyes
 * @param {ReturnType<typeof import("./looking.js").createLooking>} parts.looking
 * @param {ReturnType<typeof import("./picture.js").createPicture>} parts.picture
 * @param {ReturnType<typeof import("../ui/settings.js").createSettings>} parts.settings
 * @param {ReturnType<typeof import("../ui/stage.js").createStage>} parts.stage
 * @param {Promise<Store>} parts.opened the gallery's photos
 */
export function createRoomMode({ code, canvas, eyes, looking, picture, settings, stage, opened }) {
  const rings = createRings();
  const sound = createSound();
  const showPhoto = bindPhotoActions(part("room-result"), byId("room-image", HTMLImageElement), stage.tell);
  const shutter = createShutter({ looking, picture });
  const judge = createJudge(() => ({ photo_sensitivity: settings.get().photo_sensitivity, networks: eyes.networks() }), emotionCalibration);
  /** @type {RoomView | null} */
  let view = null;
  /** The moment that is waited for. @type {number | null} */
  let due = null;
  let counted = 0;
  /** This camera's photo of the shot that was taken last. `plain` is without frame and words, for the collage. @type {{shot: number, photo: Photo | null, plain: Blob | null, answered: boolean, sent: boolean} | null} */
  let taken = null;
  /** @type {Map<string, Blob>} */
  let frames = new Map();
  let frames_shot = 0;
  /** @type {Chosen} */
  let chosen = { finish: null, logo: null };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let put_away;

  const room = enterRoom(code, {
    onView: see_room,
    onProblem: ({ error, detail, final }) => {
      part("room-line").textContent = detail;
      part("main").dataset.roomState = error;
      for (const id of final ? ["fire-button", "room-end", "room-leave"] : []) button(id).hidden = true;
      due = null;
      say(detail);
    },
    onOnline: (online) => {
      if (!online) part("room-line").textContent = t("The connection is lost, coming back");
    },
    onFrame: ({ seat, shot, picture: frame, finish, logo }) => {
      if (shot !== frames_shot) [frames, chosen] = [new Map(), { finish: null, logo: null }];
      frames_shot = shot;
      if (finish) chosen = { finish, logo };
      frames.set(seat, frame);
      void makeCollage();
    },
  });

  /** @param {string} text */
  function say(text) {
    if (settings.get().announce && part("announcements").textContent !== text) part("announcements").textContent = text;
  }

  /** @param {RoomView} next */
  function see_room(next) {
    const before = view?.state;
    view = next;
    part("main").dataset.roomState = next.state;
    writeSeats(next, (id, required) => void room.then(({ send }) => send("require", id, required)));
    button("room-end").hidden = !isHost();
    reflectFire(next.state === "counting");
    button("fire-button").hidden = !canPress();
    if (next.state === "waiting" && before === "counting") stopped(next);
    if (next.state === "showing" && before !== "showing") putAwayLater();
    if (next.state === "counting" && next.due !== null && next.shot !== taken?.shot && due !== next.due) void countDown(next.due, next.shot);
    // Who was reloaded since the moment has no frame.
    const without = next.state === "gathering" && due === null && taken?.shot !== next.shot;
    if (without && next.shooters.includes(next.you)) void room.then(({ send }) => send("agree", null));
    if (next.state !== "counting" || due === null) part("room-line").textContent = roomLine(next);
    reflectSharing();
  }

  /** Whether this page may take a photo now or stop the countdown: all may stop it, the host takes one by hand. */
  const canPress = () =>
    view?.state === "counting" || (["waiting", "showing"].includes(view?.state ?? "") && isHost());

  function press() {
    if (canPress()) void room.then(({ send }) => send(view?.state === "counting" ? "stop" : "fire"));
  }

  /** The group fell apart, or somebody stopped it. @param {RoomView} next */
  function stopped(next) {
    if (due === null) return;
    due = null;
    countdown(0);
    if (settings.get().photo_sound) sound.stopped();
    say(`${t("Stopped.")} ${roomLine(next)}.${next.resting ? "" : ` ${t("Once more.")}`}`);
  }

  /** @param {number} moment ms on the server's clock @param {number} shot */
  async function countDown(moment, shot) {
    due = moment;
    counted = 0;
    hideResult();
    const { clock } = await room;
    for (;;) {
      const offset = clock.offset();
      if (due !== moment || offset === null) return countdown(0);
      const left = moment - offset - performance.now();
      const seconds = Math.max(1, Math.ceil(left / 1000));
      if (seconds !== counted) countdown((counted = seconds));
      if (left < READY_MS) return void shoot(shot, moment - offset, offset);
      await new Promise((resolve) => setTimeout(resolve, Math.max(10, Math.min(left - READY_MS, left % 1000 || 1000))));
    }
  }

  /** @param {number} left seconds, 0 for none */
  function countdown(left) {
    const number = part("countdown");
    number.hidden = left === 0;
    number.textContent = left === 0 ? "" : String(left);
    if (left > 0) part("room-line").textContent = t("Together now, keep smiling");
    if (left > 0) say(String(left));
    if (left > 0 && settings.get().photo_sound) sound.count();
  }

  /**
   * Take the moment: what is known from then on is where and when, the picture comes a little later.
   * @param {number} shot
   * @param {number} moment ms on this page's clock
   * @param {number} offset of the server's clock
   */
  async function shoot(shot, moment, offset) {
    const mine = { shot, photo: /** @type {Photo | null} */ (null), plain: /** @type {Blob | null} */ (null), answered: false, sent: false };
    taken = mine;
    try {
      const { bitmap, time } = await shutter.shootAt(moment, () => taking(shot, performance.now() + offset));
      Object.assign(part("main").dataset, { taken: shot, takenAt: time + offset });
      const { photo, plain } = await finished((finish, now) => makePhoto(bitmap, { time: now, mirrored: settings.get().photo_mirror, finish }));
      bitmap.close();
      if (taken !== mine) return;
      Object.assign(mine, { photo, plain });
      await keep(photo);
      show(photo);
    } catch (error) {
      // Who has no photo holds up nobody's collage.
      if (!mine.photo) void room.then(({ send }) => send("agree", null));
      stage.tell(t("The photo did not work here: %(reason)s.", { reason: error instanceof Error ? error.message : String(error) }));
    }
    if (view?.state === "showing") putAwayLater();
    reflectSharing();
  }

  /** @param {number} shot @param {number} time ms on the server's clock */
  function taking(shot, time) {
    due = null;
    part("main").dataset.shot = String(shot);
    part("main").dataset.shotAt = String(time);
    countdown(0);
    say(t("Photo"));
    if (settings.get().photo_sound) sound.shutter();
    if (settings.get().photo_flash) flash();
  }

  function flash() {
    part("flash").hidden = true;
    void part("flash").offsetWidth;
    part("flash").hidden = false;
  }

  /**
   * Make something with what is chosen on this device.
   * @template T
   * @param {(finish: import("../photo/compose.js").Finish, now: number) => Promise<T>} make
   */
  const finished = async (make, now = Date.now()) => withFinish(settings.get(), await (await opened).logo(), now, (finish) => make(finish, now));

  /** @param {Photo} photo */
  const keep = async (photo) => (await opened).add(photo);

  /** @param {Photo} photo */
  function show(photo) {
    showPhoto(photo);
    part("room-result").hidden = false;
  }

  /** Who leaves the photo on the screen does not keep the others waiting for ever. */
  function putAwayLater() {
    clearTimeout(put_away);
    put_away = setTimeout(() => view?.state !== "gathering" && hideResult(), LOOK_MS);
  }

  function hideResult() {
    clearTimeout(put_away);
    if (part("room-result").contains(document.activeElement)) button(canPress() ? "fire-button" : "room-copy").focus({ preventScroll: true });
    part("room-result").hidden = true;
    part("room-ask").textContent = "";
  }

  /** Ask for consent, send the frame once all gave it, and say how it stands. */
  function reflectSharing() {
    if (!view || !taken?.photo || taken.shot !== view.shot) return;
    const alone = view.shooters.length < 2;
    const open = view.state === "gathering" && view.shooters.includes(view.you) && !alone;
    button("room-share").hidden = button("room-keep").hidden = !open || taken.answered;
    // Who is asked answers first: the others wait for it.
    button("room-next").hidden = open && !taken.answered;
    if (open && view.agreed && !taken.sent) void sendFrame(taken);
    if (part("room-result").dataset.collage === String(taken.shot)) part("room-ask").textContent = t("One photo of all of you. Everybody has it.");
    else if (open && !taken.answered) part("room-ask").textContent = t("Put your frame together with the others' into one picture? It goes to them only if all agree.");
    else if (open) part("room-ask").textContent = view.agreed ? t("Putting it together") : t("Waiting for the others to agree");
    else if (view.state !== "gathering" && !alone) part("room-ask").textContent = t("Not everybody shared, so everyone keeps their own.");
    else part("room-ask").textContent = "";
  }

  /** @param {NonNullable<typeof taken>} mine */
  async function sendFrame(mine) {
    mine.sent = true;
    if (!mine.plain) return;
    const whole = await createImageBitmap(mine.plain);
    const { width, height } = fitUnder(whole, FRAME_SIDE);
    const small = await createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
    const frame = await encodePicture(small);
    whole.close();
    small.close();
    await (await room).send("frame", await frame.arrayBuffer(), mine.shot, ...(isHost() ? await chosenHere() : []));
  }

  const isHost = () => Boolean(view?.seats.some((seat) => seat.host && seat.id === view?.you));

  /** What this device has on photos, for the collage of all. @returns {Promise<[import("../contract.js").RoomFinish, ArrayBuffer | null]>} */
  async function chosenHere() {
    const { photo_frame, photo_title, photo_date } = settings.get();
    const logo = await (await opened).logo();
    const small = logo && (await smallLogo(logo));
    return [{ frame: photo_frame, title: photo_title.trim().slice(0, 60), date: photo_date }, small && (await small.arrayBuffer())];
  }

  async function makeCollage() {
    const shooters = view?.shot === frames_shot ? view.shooters : [];
    if (!taken || taken.shot !== frames_shot || shooters.length < 2 || !shooters.every((id) => frames.has(id))) return;
    const pictures = shooters.map((id) => /** @type {Blob} */ (frames.get(id)));
    frames = new Map();
    const time = Date.now();
    const { frame = "none", title = "", date = false } = chosen.finish ?? {};
    const wanted = { photo_frame: /** @type {import("../ui/settings.js").Settings["photo_frame"]} */ (frame), photo_title: title, photo_date: date };
    const collage = await withFinish(wanted, chosen.logo, time, (finish) => makeSheet(pictures, "collage", { time, finish }));
    await keep(collage);
    part("room-result").dataset.collage = String(taken.shot);
    show(collage);
    reflectSharing();
  }

  /** @param {boolean} shares */
  async function answer(shares) {
    if (taken) taken.answered = true;
    reflectSharing();
    await (await room).send("agree", shares);
  }

  /**
   * Judge a look for the room.
   * @param {Look} look @param {number} time in ms @param {ImageBitmap | null} whole
   * @returns {Look}
   */
  function see(look, time, whole) {
    const judged = judge.judge(look, time);
    rings.people(judged.people);
    whole?.close();
    const near = judged.people.filter(({ background }) => !background);
    const smiling = judged.faces > 0 && judged.smiling === judged.faces;
    const report = { progress: near.map(({ progress }) => Math.round(progress * 100) / 100), smiling, watching: !part("room-result").hidden };
    void room.then((entered) => entered.report(report));
    return { ...look, group: judged };
  }

  /** The camera is gone or another is shown: the others do not count on who was there. */
  function lose() {
    judge.reset();
    void room.then((entered) => entered.report(NOBODY));
  }

  async function begin() {
    part("photo-panel").hidden = false;
    eyes.group();
    canvas.setPainter(rings.paint);
    settings.subscribe((_, changed) => judge.changed(changed));
    await judge.renew();
  }

  addEventListener("pointerdown", () => sound.wake());
  button("fire-button").addEventListener("click", press);
  button("room-end").addEventListener("click", () => void room.then(({ send }) => send("end")));
  button("room-leave").addEventListener("click", () => void room.then(({ leave }) => leave()).then(() => location.assign("/")));
  button("room-share").addEventListener("click", () => void answer(true));
  button("room-keep").addEventListener("click", () => void answer(false));
  button("room-next").addEventListener("click", hideResult);
  button("room-copy").addEventListener("click", async ({ currentTarget }) => {
    const { link = "" } = /** @type {HTMLElement} */ (currentTarget).dataset;
    stage.tell((await navigator.clipboard?.writeText(link).then(() => true, () => false)) ? t("Copied.") : link);
  });
  void begin();
  return { see, press, lose };
}

/** Say how the room stands. @param {RoomView} view */
export function roomLine({ state, seats, resting }) {
  const here = seats.filter((seat) => !seat.away);
  const waiting = here.filter((seat) => seat.required && !seat.smiling);
  const watching = here.filter((seat) => seat.required && seat.watching);
  if (state === "counting") return t("Together now, keep smiling");
  if (state === "gathering") return t("Taken");
  if (state === "showing" && here.length > 1 && watching.length > 0) {
    return watching.length === 1
      ? t("%(name)s is still looking at the photo", { name: seatName(watching[0]) })
      : t("%(count)s of %(all)s are still looking at the photo", { count: watching.length, all: here.length });
  }
  if (here.length < 2) return t("Nobody else is here yet. Let them scan the code");
  if (waiting.length === 0) return state === "showing" || resting ? t("Take a breath, then smile for the next one") : t("Everyone smiles, hold it");
  return waiting.length === 1
    ? t("%(name)s is still thinking", { name: seatName(waiting[0]) })
    : t("%(count)s of %(all)s cameras are still thinking", { count: waiting.length, all: here.length });
}

/** Name a seat; the server numbers them in English. @param {RoomSeat} seat */
const seatName = ({ name }) => name.replace(/^Camera (\d+)$/, (_, number) => t("Camera %(number)s", { number }));

/** @param {RoomSeat} seat */
function seatState({ away, progress, smiling, required, watching }) {
  if (away) return t("Away, not waited for");
  if (watching) return t("Looking at the photo");
  const who = progress.length === 0 ? t("Nobody before the camera") : smiling ? t("Smile detected") : tn("%(count)s face", "%(count)s faces", progress.length);
  return required ? who : t("%(who)s, not waited for", { who });
}

const RING = 13;

/** @param {number} progress */
function ring(progress) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 32 32");
  for (const name of ["empty", "filled"]) {
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [key, value] of Object.entries({ cx: 16, cy: 16, r: RING, class: name, pathLength: 100 })) circle.setAttribute(key, String(value));
    if (name === "filled") circle.setAttribute("stroke-dasharray", `${Math.round(progress * 100)} 100`);
    if (name === "empty" || progress > 0.02) svg.append(circle);
  }
  return svg;
}

/** @param {RoomView} view @param {(id: string, required: boolean) => void} onRequire */
function writeSeats({ seats, you }, onRequire) {
  const list = part("seats");
  const host = seats.some((seat) => seat.host && seat.id === you);
  const key = JSON.stringify([seats, you]);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  const focused = document.activeElement instanceof HTMLInputElement ? document.activeElement.value : "";
  const items = seats.map((seat) => {
    const rings = make("span", "seat-rings", ...seat.progress.map(ring));
    rings.setAttribute("role", "img");
    rings.setAttribute("aria-label", seat.progress.map((one) => t("%(count)s percent", { count: Math.round(one * 100) })).join(", ") || t("no face"));
    const name = [seatName(seat), ...(seat.id === you ? [t("you")] : []), ...(seat.host ? [t("host")] : [])].join(", ");
    const item = make("li", "", make("span", "seat-name", name), make("span", "seat-state", seatState(seat)), rings);
    item.classList.toggle("ready", seat.smiling && !seat.away && !seat.watching);
    item.classList.toggle("away", seat.away);
    if (host) {
      const box = make("input");
      box.type = "checkbox";
      box.checked = seat.required;
      box.value = seat.id;
      box.addEventListener("change", () => onRequire(seat.id, box.checked));
      item.append(make("label", "check", box, t("Wait for this camera")));
    }
    return item;
  });
  list.replaceChildren(...items);
  if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`input[value="${CSS.escape(focused)}"]`))?.focus();
  part("room-count").textContent = tn("%(count)s camera", "%(count)s cameras", seats.length);
}
