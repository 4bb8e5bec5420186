// The card that shares one photo by link and QR code, when the person says so, and takes it back.
import { share, unshare } from "../net/sharing.js";
import { button, byId, part } from "../ui/dom.js";

/** @typedef {import("../contract.js").SharedPhoto} SharedPhoto */

/** What was shared from this page, so that a photo is sent once. @type {WeakMap<Blob, SharedPhoto>} */
const sent = new WeakMap();

/** @returns `open(blob)` shows the card for one photo */
export function createShareLink() {
  const dialog = byId("share-link", HTMLDialogElement);
  const event = new URLSearchParams(location.search).get("event") ?? "";
  /** @type {Blob | null} */
  let photo = null;

  /** @param {string} text */
  const say = (text) => (part("share-said").textContent = text);

  function reflect() {
    const shared = photo ? sent.get(photo) : undefined;
    part("share-ask").hidden = shared !== undefined;
    part("share-done").hidden = shared === undefined;
    part("share-event").hidden = event === "";
    button("share-send").disabled = false;
    if (!shared) return;
    byId("share-code", HTMLImageElement).src = shared.qr_url;
    const link = byId("share-url", HTMLAnchorElement);
    link.href = link.textContent = shared.url;
    const until = new Date(shared.expires).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
    part("share-expires").textContent = `Who scans the code or has the link sees the photo until ${until}.`;
  }

  async function send() {
    if (!photo) return;
    const mine = photo;
    button("share-send").disabled = true;
    say("Sending");
    try {
      sent.set(mine, await share(mine, { event }));
      say("");
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    if (mine === photo) reflect();
  }

  async function remove() {
    const shared = photo && sent.get(photo);
    if (!photo || !shared) return;
    try {
      await unshare(shared.url, shared.delete_key);
      sent.delete(photo);
      say("It is gone from the server.");
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    reflect();
  }

  /** @param {"url" | "delete_url"} which */
  async function copy(which) {
    const shared = photo && sent.get(photo);
    if (!shared) return;
    const copied = await navigator.clipboard?.writeText(shared[which]).then(() => true, () => false);
    say(copied ? "Copied." : shared[which]);
  }

  button("share-send").addEventListener("click", () => void send());
  button("share-delete").addEventListener("click", () => void remove());
  button("share-copy").addEventListener("click", () => void copy("url"));
  button("share-copy-key").addEventListener("click", () => void copy("delete_url"));
  dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
  // Photos ask for it where they are shown.
  document.addEventListener("share-link", (asked) => {
    const { detail } = /** @type {CustomEvent<Blob>} */ (asked);
    photo = detail;
    say("");
    reflect();
    if (!dialog.open) dialog.showModal();
  });
}
