// The gallery's photos: kept in this browser's IndexedDB, else in memory, so that none is lost without a word.
import { openDB } from "../lib/photo.js";

/**
 * @typedef {object} Photo
 * @property {string} id
 * @property {number} time when it was taken, ms since 1970
 * @property {Blob} picture image/jpeg
 * @property {Blob} small image/jpeg for lists
 * @property {number} width
 * @property {number} height
 * @property {"photo" | "strip" | "grid" | "collage"} kind
 * @property {Blob | null} moment image/gif, the second before
 * @property {Blob[] | null} [frames] image/jpeg: pictures of the second before, until the GIF is made of them
 * @property {Record<string, unknown>[] | null} faces expressions, only where the person asked for it
 * @property {import("../contract.js").SharedPhoto | null} [shared] its link and the right to delete it there, while it is shared
 */
/** @typedef {"denied" | "full" | null} Trouble why photos are not kept: forbidden here, or no room left */

const NAME = "allsmiles-photos";
const CHANNEL = "allsmiles-photos";

/**
 * Open the gallery.
 * @param {() => void} onChange photos came or went, in this tab or another
 */
export async function openStore(onChange) {
  /** Photos that this browser would not keep. @type {Map<string, Photo>} */
  const loose = new Map();
  /** @type {Trouble} */
  let trouble = null;
  const database = await openDatabase().catch(() => null);
  if (!database) trouble = "denied";
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;
  channel?.addEventListener("message", onChange);

  const changed = () => {
    channel?.postMessage("changed");
    onChange();
  };

  /** @returns {Promise<Photo[]>} the newest first */
  async function list() {
    const kept = database ? await database.getAll("photos").catch(() => []) : [];
    return [...kept, ...loose.values()].sort((a, b) => b.time - a.time);
  }

  /** Keep a photo; one that finds no room stays in this tab, and `trouble()` says why. @param {Photo} photo */
  async function add(photo) {
    try {
      if (!database) throw new DOMException("this browser keeps nothing", "InvalidStateError");
      await database.put("photos", photo);
      if (loose.size === 0) trouble = null;
    } catch (error) {
      loose.set(photo.id, photo);
      trouble = error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : "denied";
    }
    changed();
  }

  /** Note what came later: where a photo is shared or that it is no longer, its moving picture. @param {Photo} photo @param {Partial<Photo>} later */
  async function note(photo, later) {
    Object.assign(photo, later);
    // In one transaction, so that what another tab notes meanwhile stays.
    const photos = database?.transaction("photos", "readwrite");
    const kept = await photos?.store.get(photo.id).catch(() => null);
    if (kept) await photos?.store.put({ ...kept, ...later }).catch(() => {});
    await photos?.done.catch(() => {});
    changed();
  }

  /** @param {readonly string[]} ids */
  async function remove(ids) {
    for (const id of ids) {
      loose.delete(id);
      await database?.delete("photos", id);
    }
    await retry();
    changed();
  }

  /** Try again to keep what found no room. */
  async function retry() {
    for (const photo of [...loose.values()]) {
      const kept = await database?.put("photos", photo).then(() => true, () => false);
      if (!kept) return;
      loose.delete(photo.id);
    }
    if (database) trouble = null;
  }

  return {
    list,
    add,
    note,
    remove,
    trouble: () => trouble,
    /** How many photos would be lost with this tab. */
    loose: () => loose.size,
    /** @returns {Promise<Blob | null>} */
    logo: async () => (await database?.get("things", "logo").catch(() => null)) ?? null,
    /** @param {Blob | null} blob */
    setLogo: async (blob) => {
      if (blob) await database?.put("things", blob, "logo").catch(() => {});
      else await database?.delete("things", "logo");
    },
  };
}

/** Open the database; a newer page of this program in another tab closes it. */
async function openDatabase() {
  return await openDB(NAME, 1, {
    upgrade(database) {
      database.createObjectStore("photos", { keyPath: "id" });
      database.createObjectStore("things");
    },
    blocking(_current, _blocked, event) {
      /** @type {IDBDatabase} */ (event.target).close();
    },
  });
}

/** Tell where a photo is shared now. @param {Photo} photo @param {number} time ms since 1970 */
export const sharedNow = ({ shared }, time) => (shared && new Date(shared.expires).getTime() > time ? shared : null);
