// Views of the dashboard that are kept by name: filters to come back to, and to show on other sites.
import { t } from "../../translate.js";
import { button, byId, make, part } from "../dom.js";

/** @typedef {import("../../contract.js").ViewInfo} ViewInfo */
/** @typedef {import("../../contract.js").ViewLink} ViewLink */

/** Height in pixels at which an embedded view shows its line and its headline numbers. */
const EMBED_HEIGHT = 900;

/**
 * Fill the menu of views.
 * @param {object} parts
 * @param {(path: string, how?: {method?: string, body?: unknown}) => Promise<any>} parts.ask the server
 * @param {boolean} parts.manages whether this person may keep, embed and delete views
 * @param {() => string} parts.query of the view that is shown, after the question mark
 * @param {(text: string, bad?: boolean) => void} parts.tell
 */
export function createViews({ ask, manages, query, tell }) {
  const list = part("view-list");
  const form = byId("view-form", HTMLFormElement);

  /** @param {string} text @param {() => Promise<unknown>} act @param {string} about */
  function action(text, act, about) {
    const control = Object.assign(make("button", "quiet", text), { type: "button" });
    control.setAttribute("aria-label", `${text}: ${about}`);
    control.addEventListener("click", () => void act().then(refresh).catch((error) => tell(error.message, true)));
    return control;
  }

  /** @param {ViewInfo} view */
  function row({ id, name, query, embedded }) {
    const link = Object.assign(make("a", "", name), { href: `/dashboard${query ? `?${query}` : ""}` });
    if (!manages) return make("li", "", link);
    const withdraw = action(t("Withdraw"), () => ask(`/views/${id}/link`, { method: "DELETE" }), name);
    const actions = [action(t("Embed"), () => embed(id, name), name), ...(embedded ? [withdraw] : []), action(t("Delete"), () => drop(id), name)];
    return make("li", "", link, make("span", "actions", ...actions));
  }

  /** @param {number} id */
  const drop = (id) => ask(`/views/${id}`, { method: "DELETE" });

  /** Make a new link and show what another site writes to show the view. @param {number} id @param {string} name */
  async function embed(id, name) {
    /** @type {ViewLink} */
    const { path } = await ask(`/views/${id}/link`, { method: "POST" });
    const frame = make("iframe");
    frame.src = location.origin + path;
    frame.title = name;
    frame.width = "100%";
    frame.height = String(EMBED_HEIGHT);
    byId("embed-code", HTMLTextAreaElement).value = frame.outerHTML;
    byId("embed-dialog", HTMLDialogElement).showModal();
  }

  async function refresh() {
    /** @type {ViewInfo[]} */
    const views = await ask("/views");
    list.replaceChildren(...views.map(row));
    part("no-views").hidden = views.length > 0;
    form.hidden = !manages;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = byId("view-name", HTMLInputElement).value;
    await ask("/views", { method: "POST", body: { name, query: query() } }).then(() => (form.reset(), refresh())).catch((error) => tell(error.message, true));
  });
  byId("views", HTMLDetailsElement).addEventListener("toggle", () => void refresh().catch((error) => tell(error.message, true)));
  button("copy-embed").addEventListener("click", () => void navigator.clipboard.writeText(byId("embed-code", HTMLTextAreaElement).value));
  button("close-embed").addEventListener("click", () => byId("embed-dialog", HTMLDialogElement).close());
}
