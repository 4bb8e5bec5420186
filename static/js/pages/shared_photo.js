// The page behind a shared photo's link: download, share on, delete with the key.
import { unshare } from "../net/sharing.js";
import { locale, t } from "../translate.js";
import { button, byId, part } from "../ui/dom.js";
import { browserStorage, createSettings } from "../ui/settings.js";
import { createTheme } from "../ui/theme.js";

const settings = createSettings(browserStorage());
createTheme(() => settings.get().theme);
const expires = byId("expires", HTMLTimeElement);
const ends = new Date(Number(expires.dateTime) * 1000);
// The key stands behind the # of the link: the server sees it only when it is used.
const key = location.hash.slice(1);

expires.textContent = t("on %(day)s", { day: ends.toLocaleString(locale, { weekday: "long", hour: "2-digit", minute: "2-digit", day: "numeric", month: "long" }) });
expires.dateTime = ends.toISOString();
button("delete").hidden = key === "";
button("have-key").hidden = key !== "";

/** @param {string} text @param {boolean} [wrong] */
function say(text, wrong = false) {
  part("said").textContent = text;
  part("said").classList.toggle("wrong", wrong);
}

/** @param {string} with_key */
async function remove(with_key) {
  try {
    await unshare(location.pathname, with_key);
    for (const id of ["figure", "actions", "expires-line", "delete-form", "have-key"]) part(id).hidden = true;
    say(t("The photo is gone from the server."));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), true);
  }
}

async function shareOn() {
  await navigator.share({ title: t("A photo from AllSmiles"), url: location.origin + location.pathname }).catch(() => {});
}

let asked = false;
button("delete").addEventListener("click", () => {
  if (asked) return void remove(key);
  asked = true;
  button("delete").textContent = t("Really delete it for everyone");
});
button("have-key").addEventListener("click", () => {
  part("delete-form").hidden = false;
  button("have-key").hidden = true;
  part("key").focus();
});
byId("delete-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void remove(byId("key", HTMLInputElement).value.trim());
});
button("share").hidden = typeof navigator.share !== "function";
button("share").addEventListener("click", () => void shareOn());
byId("photo", HTMLImageElement).addEventListener("error", () => say(t("The photo is no longer on the server."), true));
