// Begins an event and shows its two links.
import { openEvent } from "../net/sharing.js";
import { locale } from "../translate.js";
import { byId, part } from "../ui/dom.js";
import { browserStorage, createSettings } from "../ui/settings.js";
import { createTheme } from "../ui/theme.js";

const settings = createSettings(browserStorage());
createTheme(() => settings.get().theme);
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("event-form"));

/** @param {string} id @param {string} url */
function link(id, url) {
  const anchor = byId(id, HTMLAnchorElement);
  anchor.href = anchor.textContent = url;
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = new FormData(form);
  part("said").textContent = "";
  try {
    const opened = await openEvent({ name: String(data.get("name")).trim(), slideshow: data.has("slideshow") });
    link("booth", opened.booth_url);
    part("screen-row").hidden = !opened.slideshow_url;
    if (opened.slideshow_url) link("screen", opened.slideshow_url);
    part("event-expires").textContent = new Date(opened.expires).toLocaleDateString(locale, { dateStyle: "long" });
    part("links").hidden = false;
    part("booth").focus();
  } catch (error) {
    part("said").textContent = error instanceof Error ? error.message : String(error);
  }
});
