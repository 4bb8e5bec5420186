// The card that shares one photo by link and QR code, when the person says so, and takes it back.
import { share, unshare } from "../net/sharing.js";
import { openStore, sharedNow } from "../photo/store.js";
import { locale, t } from "../translate.js";
import { button, byId, part } from "../ui/dom.js";

/** @typedef {import("../photo/store.js").Photo} Photo */

/** Bind the card, which photos open where they are shown. The link and its delete key are kept with the photo, also over a reload. */
export function createShareLink() {
  const dialog = byId("share-link", HTMLDialogElement);
  const event = new URLSearchParams(location.search).get("event") ?? "";
  const opened = openStore(() => {});
  /** @type {Photo | null} */
  let photo = null;
  const sharedHere = () => photo && sharedNow(photo, Date.now());

  /** @param {string} text */
  const say = (text) => (part("share-said").textContent = text);

  function reflect() {
    const shared = sharedHere();
    part("share-ask").hidden = shared !== null;
    part("share-done").hidden = shared === null;
    part("share-event").hidden = event === "";
    button("share-send").disabled = false;
    if (!shared) return;
    byId("share-code", HTMLImageElement).src = shared.qr_url;
    const link = byId("share-url", HTMLAnchorElement);
    link.href = link.textContent = shared.url;
    const until = new Date(shared.expires).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
    part("share-expires").textContent = t("Who scans the code or has the link sees the photo until %(until)s.", { until });
  }

  async function send() {
    if (!photo) return;
    const mine = photo;
    button("share-send").disabled = true;
    say(t("Sending"));
    try {
      await (await opened).note(mine, { shared: await share(mine.picture, { event }) });
      say("");
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    if (mine === photo) reflect();
  }

  async function remove() {
    const shared = sharedHere();
    if (!photo || !shared) return;
    const mine = photo;
    try {
      await unshare(shared.url, shared.delete_key);
      await (await opened).note(mine, { shared: null });
      say(t("It is gone from the server."));
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    reflect();
  }

  /** @param {"url" | "delete_url"} which */
  async function copy(which) {
    const shared = sharedHere();
    if (!shared) return;
    const copied = await navigator.clipboard?.writeText(shared[which]).then(() => true, () => false);
    say(copied ? t("Copied.") : shared[which]);
  }

  button("share-send").addEventListener("click", () => void send());
  button("share-delete").addEventListener("click", () => void remove());
  button("share-copy").addEventListener("click", () => void copy("url"));
  button("share-copy-key").addEventListener("click", () => void copy("delete_url"));
  dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
  // Photos ask for it where they are shown.
  document.addEventListener("share-link", (asked) => {
    const { detail } = /** @type {CustomEvent<Photo>} */ (asked);
    photo = detail;
    say("");
    reflect();
    if (!dialog.open) dialog.showModal();
  });
}
