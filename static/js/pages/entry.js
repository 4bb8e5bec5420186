// Log in, or make the first owner: one form, one question to the server.
import { ask } from "../net/shop.js";
import { byId, part } from "../ui/dom.js";
import { browserStorage, createSettings } from "../ui/settings.js";
import { createTheme } from "../ui/theme.js";

const settings = createSettings(browserStorage());
createTheme(() => settings.get().theme);
const form = byId("entry", HTMLFormElement);

/** Go where the person wanted to, if that is a page of this server. */
function onward() {
  const next = new URLSearchParams(location.search).get("next") ?? "";
  location.assign(/^\/[a-z]/.test(next) ? next : "/dashboard");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  part("wrong").hidden = true;
  // The code stands behind the # of the link, so that it is in no log.
  const code = location.hash.slice(1);
  const given = Object.fromEntries(new FormData(form));
  const body = { ...given, ...(given.confirmed && { confirmed: true }), ...(code && { code }) };
  try {
    await ask(form.dataset.path ?? "", { method: "POST", body });
    onward();
  } catch (error) {
    part("wrong").textContent = error instanceof Error ? error.message : String(error);
    part("wrong").hidden = false;
  }
});
