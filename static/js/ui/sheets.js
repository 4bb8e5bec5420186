// Settings sheet and help card: opening, closing, and the form that mirrors the settings.
import { t } from "../translate.js";
import { button, byId, make, part } from "./dom.js";
import { DEFAULTS } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {ReturnType<typeof import("./settings.js").createSettings>} Store */

/**
 * Open and close a dialog, giving the focus back where it came from.
 * @param {string} id
 * @param {boolean} modal
 * @param {HTMLButtonElement} opener
 */
export function createSheet(id, modal, opener) {
  const dialog = byId(id, HTMLDialogElement);
  const reflect = () => opener.setAttribute("aria-expanded", String(dialog.open));
  const close = () => {
    dialog.close();
    reflect();
    opener.focus();
  };
  const toggle = () => {
    if (dialog.open) return close();
    if (modal) dialog.showModal();
    else dialog.show();
    reflect();
  };
  dialog.querySelector("[data-close]")?.addEventListener("click", close);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  });
  dialog.addEventListener("click", (event) => modal && event.target === dialog && close());
  opener.addEventListener("click", toggle);
  return { toggle };
}

/** Keep a form in step with the settings. @param {Store} store @param {string} [id] */
export function bindSettingsForm(store, id = "settings-form") {
  const form = byId(id, HTMLFormElement);
  const names = /** @type {(keyof Settings)[]} */ (Object.keys(DEFAULTS));

  const write = () => {
    for (const name of names) {
      const field = form.elements.namedItem(name);
      const value = store.get()[name];
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = Boolean(value);
      else if (field instanceof RadioNodeList || field instanceof HTMLSelectElement || field instanceof HTMLInputElement) field.value = String(value);
    }
  };
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
    const name = /** @type {keyof Settings} */ (target.name);
    if (!names.includes(name)) return;
    const value = target instanceof HTMLInputElement && target.type === "checkbox" ? target.checked : target.value;
    store.set(name, /** @type {never} */ (value));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  store.subscribe(write);
  write();
}

/**
 * Fill the camera picker.
 * @param {{device_id: string, label: string}[]} cameras
 * @param {string} current device id
 */
export function writeCameras(cameras, current) {
  const select = byId("camera-select", HTMLSelectElement);
  const options = cameras.map(({ device_id, label }) => {
    const option = make("option", "", label);
    option.value = device_id;
    option.selected = device_id === current;
    return option;
  });
  const known = cameras.some(({ device_id }) => device_id !== "");
  select.disabled = !known;
  select.replaceChildren(...(known ? options : [make("option", "", t("The default camera"))]));
  part("flip-button").hidden = cameras.length < 2;
}

/** Open and close the snapshot menu. @returns {() => void} closes it */
export function bindSnapshotMenu() {
  const opener = button("snapshot-button");
  const menu = part("snapshot-menu");
  const set = (/** @type {boolean} */ open) => {
    menu.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) menu.querySelector("button")?.focus();
  };
  opener.addEventListener("click", () => set(menu.hidden));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    set(false);
    opener.focus();
  });
  document.addEventListener("click", ({ target }) => {
    if (!menu.hidden && target instanceof Node && !opener.contains(target) && !menu.contains(target)) set(false);
  });
  return () => {
    if (menu.hidden) return;
    set(false);
    opener.focus();
  };
}
