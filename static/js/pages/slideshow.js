// An event's photos on a second screen: a new one at once, the others in turn.
import { slideshowPhotos } from "../net/sharing.js";
import { t } from "../translate.js";
import { make, part } from "../ui/dom.js";
import { createWakeLock } from "../ui/wake_lock.js";

const ASK_MS = 3000;
const SHOW_MS = 7000;
/** @type {string[]} */
let urls = [];
/** Photos that have not been shown yet, the oldest first. @type {string[]} */
let fresh = [];
let place = 0;
let shown_at = -Infinity;
let shown = "";

/** @param {string} url */
async function show(url) {
  const image = make("img");
  image.alt = t("A shared photo");
  image.src = url;
  await image.decode();
  const slides = part("slides");
  const before = [...slides.children];
  slides.append(image);
  // Reading a size lets the new one fade in.
  void image.offsetWidth;
  image.classList.add("shown");
  setTimeout(() => before.forEach((one) => one.remove()), 900);
  [shown, shown_at] = [url, performance.now()];
}

function next() {
  const first = fresh.shift();
  if (first !== undefined) return first;
  place = (place + 1) % urls.length;
  return urls[place];
}

async function turn() {
  const told = await slideshowPhotos(part("main").dataset.screen ?? "").catch(() => null);
  // Without a network the screen goes on with what it has.
  if (told) {
    fresh = [...fresh, ...told.urls.filter((url) => !urls.includes(url))].filter((url) => told.urls.includes(url));
    urls = told.urls;
  }
  part("wait").hidden = urls.length > 0;
  part("name").hidden = urls.length === 0;
  if (urls.length === 0) {
    part("slides").replaceChildren();
    shown = "";
  }
  const due = performance.now() - shown_at >= SHOW_MS || fresh.length > 0 || !urls.includes(shown);
  if (urls.length > 0 && due && (urls.length > 1 || shown !== urls[0])) await show(next()).catch(() => {});
  setTimeout(turn, ASK_MS);
}

createWakeLock()(true);
void turn();
