// The gallery beside the picture: small pictures, a viewer, selecting several for a strip, a collage, a zip or the bin.
import { t, tn } from "../translate.js";
import { button, byId, make, part } from "../ui/dom.js";
import { download } from "../ui/snapshot.js";
import { packPhotos } from "./files.js";
import { bindPhotoActions, describePhoto } from "./show.js";
import { sharedNow } from "./store.js";

/** @typedef {import("./store.js").Photo} Photo */
/** @typedef {Awaited<ReturnType<typeof import("./store.js").openStore>>} Store */

const TROUBLE = {
  denied: t("This browser does not keep photos here (a private window, or storage is blocked). They are safe until this tab is closed: download them before."),
  full: t("There is no more room in this browser. The newest photos are safe until this tab is closed: download them, or delete older ones."),
};

/**
 * @param {object} ears
 * @param {(text: string) => void} ears.tell
 * @param {(photos: Photo[], layout: "strip" | "collage") => Promise<void>} ears.onCompose
 */
export function createGallery({ tell, onCompose }) {
  /** @type {Store | null} */
  let store = null;
  /** @type {Photo[]} */
  let photos = [];
  /** @type {Set<string>} */
  const selected = new Set();
  /** Buttons of the list by photo, so that pictures are not loaded anew. @type {Map<string, {item: HTMLLIElement, press: HTMLButtonElement, url: string}>} */
  const shown = new Map();
  let selecting = false;
  const list = part("gallery");
  const viewer = byId("viewer", HTMLDialogElement);
  const showInViewer = bindPhotoActions(viewer, byId("viewer-image", HTMLImageElement), tell);
  /** @type {Photo | null} */
  let viewed = null;

  async function refresh() {
    if (!store) return;
    photos = await store.list();
    const ids = new Set(photos.map(({ id }) => id));
    for (const [id, { item, url }] of shown)
      if (!ids.has(id)) {
        item.remove();
        URL.revokeObjectURL(url);
        shown.delete(id);
        selected.delete(id);
      }
    photos.forEach((photo, index) => {
      const { item } = shown.get(photo.id) ?? card(photo);
      if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
    });
    if (viewed && viewer.open) showInViewer.moves(Object.assign(viewed, latest(viewed)));
    reflect();
  }

  /** @param {Photo} photo */
  function card(photo) {
    const url = URL.createObjectURL(photo.small);
    const image = make("img");
    Object.assign(image, { src: url, alt: describePhoto(photo), loading: "lazy" });
    const press = make("button", "", image);
    press.type = "button";
    press.addEventListener("click", () => (selecting ? toggle(photo.id) : view(latest(photo))));
    const made = { item: make("li", "", press), press, url };
    shown.set(photo.id, made);
    return made;
  }

  /** What is known of a photo now: its moving picture or its link may have come later. @param {Photo} photo */
  const latest = (photo) => photos.find(({ id }) => id === photo.id) ?? photo;

  /** @param {string} id */
  function toggle(id) {
    if (!selected.delete(id)) selected.add(id);
    reflect();
  }

  /** @param {Photo} photo */
  function view(photo) {
    viewed = photo;
    showInViewer(photo);
    part("viewer-numbers").textContent = describePhoto(photo);
    viewer.showModal();
  }

  function reflect() {
    const count = photos.length;
    part("gallery-count").textContent = count === 0 ? t("No photos yet") : tn("%(count)s photo", "%(count)s photos", count);
    part("gallery-tools").hidden = count === 0;
    part("gallery-note").hidden = count > 0;
    if (count === 0) selecting = false;
    if (!selecting) selected.clear();
    button("gallery-select").setAttribute("aria-pressed", String(selecting));
    for (const [id, { press }] of shown) {
      if (selecting) press.setAttribute("aria-pressed", String(selected.has(id)));
      else press.removeAttribute("aria-pressed");
    }
    for (const id of ["gallery-strip", "gallery-collage"]) {
      button(id).hidden = !selecting;
      button(id).disabled = selected.size < 2;
    }
    button("gallery-delete").hidden = !selecting;
    button("gallery-delete").disabled = selected.size === 0;
    button("gallery-zip").textContent = selected.size > 0 ? t("Download %(count)s", { count: selected.size }) : t("Download all");
    const trouble = store?.trouble() ?? null;
    part("gallery-problem").hidden = trouble === null;
    part("gallery-problem").textContent = trouble ? TROUBLE[trouble] : "";
  }

  /** Those selected, from the oldest, or all. */
  const chosen = () => (selected.size > 0 ? photos.filter(({ id }) => selected.has(id)) : photos).slice().reverse();

  /** Warn of links that would go on without their delete key. @param {string[]} ids */
  const stillShared = (ids) =>
    photos.some((photo) => ids.includes(photo.id) && sharedNow(photo, Date.now())) ? ` ${t("What is shared by QR code stays on the server until it expires: delete it there first, under QR code.")}` : "";

  /** @param {string[]} ids */
  async function remove(ids) {
    const gone = photos.filter(({ id }) => ids.includes(id));
    await store?.remove(ids);
    return gone;
  }

  function bind() {
    button("gallery-select").addEventListener("click", () => {
      selecting = !selecting;
      reflect();
    });
    for (const [id, layout] of /** @type {const} */ ([["gallery-strip", "strip"], ["gallery-collage", "collage"]]))
      button(id).addEventListener("click", async () => {
        const several = chosen();
        selecting = false;
        await onCompose(several, layout);
      });
    button("gallery-zip").addEventListener("click", async () => {
      download(await packPhotos(chosen()), "allsmiles-photos.zip");
      tell(t("Saved to your downloads."));
    });
    button("gallery-delete").addEventListener("click", async () => {
      const count = selected.size;
      const question = tn("Delete this photo from this browser? It cannot be brought back.", "Delete these %(count)s photos from this browser? They cannot be brought back.", count);
      if (!confirm(question + stillShared([...selected]))) return;
      await remove([...selected]);
      button("gallery-select").focus();
    });
    const close = () => viewer.close();
    viewer.querySelector("[data-close]")?.addEventListener("click", close);
    viewer.addEventListener("click", (event) => event.target === viewer && close());
    viewer.addEventListener("close", () => {
      showInViewer(null);
      const back = viewed && shown.get(viewed.id)?.press;
      viewed = null;
      (back ?? button("photo-button")).focus();
    });
    viewer.querySelector('[data-do="delete"]')?.addEventListener("click", async () => {
      if (!viewed || !confirm(t("Delete this photo from this browser? It cannot be brought back.") + stillShared([viewed.id]))) return;
      await remove([viewed.id]);
      close();
    });
    // Photos that only this tab holds would be lost with it.
    addEventListener("beforeunload", (event) => store && store.loose() > 0 && event.preventDefault());
  }

  bind();
  return {
    /** @param {Store} opened */
    use: (opened) => {
      store = opened;
      return refresh();
    },
    refresh,
    view,
    photos: () => photos,
  };
}
