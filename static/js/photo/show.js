// A photo in large with what can be done with it: the one just taken on the stage, an older one in the gallery's viewer.
import { locale, t } from "../translate.js";
import { make } from "../ui/dom.js";
import { canShare, downloadMoment, downloadPhoto, printPhoto, sharePhoto } from "./files.js";

/** @typedef {import("./store.js").Photo} Photo */
/** @typedef {import("./burst.js").Choice} Choice */

/** Show a blob in an image, giving up the one before. @param {HTMLImageElement} image @param {Blob | null} blob */
export function showBlob(image, blob) {
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  if (blob) image.src = URL.createObjectURL(blob);
  else image.removeAttribute("src");
}

/** Say of a photo what a person who cannot see it wants to know. @param {Photo} photo */
export function describePhoto({ time, kind, width, height }) {
  const what = { photo: t("Photo"), strip: t("Strip of photos"), grid: t("Two by two photos"), collage: t("Collage") }[kind];
  const when = new Date(time).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  return t("%(what)s, %(when)s, %(width)s by %(height)s", { what, when, width: String(width), height: String(height) });
}

/**
 * Bind the buttons that every shown photo has, by the names in their `data-do`.
 * @param {HTMLElement} within
 * @param {HTMLImageElement} image
 * @param {(text: string) => void} tell
 */
export function bindPhotoActions(within, image, tell) {
  /** @type {Photo | null} */
  let shown = null;
  let moving = false;
  const find = (/** @type {string} */ name) => /** @type {HTMLButtonElement | null} */ (within.querySelector(`[data-do="${name}"]`));
  const moment = find("moment");

  function reflect() {
    showBlob(image, shown ? (moving && shown.moment ? shown.moment : shown.picture) : null);
    reflectMoment();
  }

  function reflectMoment() {
    if (!moment) return;
    moment.hidden = !shown?.moment;
    moment.setAttribute("aria-pressed", String(moving));
  }

  /** @type {Record<string, (photo: Photo) => void>} */
  const actions = {
    download: (photo) => {
      if (moving) downloadMoment(photo);
      else downloadPhoto(photo);
      tell(t("Saved to your downloads."));
    },
    print: (photo) => void printPhoto(photo),
    share: async (photo) => {
      if (!(await sharePhoto(photo))) tell(t("The share sheet did not open. Download the photo instead."));
    },
    link: (photo) => void within.dispatchEvent(new CustomEvent("share-link", { bubbles: true, detail: photo })),
    moment: () => {
      moving = !moving;
      reflect();
    },
  };
  for (const [name, run] of Object.entries(actions)) find(name)?.addEventListener("click", () => shown && run(shown));
  const share = find("share");
  if (share) share.hidden = !canShare();

  /** @param {Photo | null} photo */
  function show(photo) {
    shown = photo;
    moving = false;
    if (photo) image.alt = describePhoto(photo);
    reflect();
  }
  /** A photo's moving picture is there now. @param {Photo} photo */
  show.moves = (photo) => photo === shown && reflectMoment();
  return show;
}

/** @type {[keyof import("../core/best.js").Merit, string][]} */
const COLUMNS = [["smiling", t("smiles")], ["looking", t("looking")], ["eyes", t("eyes")], ["sharp", t("sharp")], ["whole", t("whole")], ["total", t("together")]];

/** Explain by numbers why a picture was chosen. @param {HTMLElement} panel @param {Choice} choice */
export function explainChoice(panel, { best, merits }) {
  const head = make("tr", "", make("th", "", t("picture")), ...COLUMNS.map(([, name]) => make("th", "", name)));
  const rows = merits.map((merit, index) => {
    const numbers = COLUMNS.map(([name]) => make("td", "", String(Math.round(100 * merit[name]))));
    return make("tr", index === best ? "chosen" : "", make("td", "", index === best ? t("%(number)s, kept", { number: index + 1 }) : String(index + 1)), ...numbers);
  });
  const note = t("From 0 to 100. Eyes and sharpness compare the same person over these pictures: a blink shows, nothing else about eyes can be told.");
  panel.replaceChildren(make("table", "", make("thead", "", head), make("tbody", "", ...rows)), make("p", "", note));
}
