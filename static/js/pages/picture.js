// What is on the stage: a camera, a picture or a video, one at a time; a camera that went away is waited for.
import { t } from "../translate.js";
import { byId, part } from "../ui/dom.js";
import { Trouble } from "../ui/problems.js";
import { listCameras, openCamera } from "../ui/sources/camera.js";
import { clearMedia, playStream, playVideo, showImage } from "../ui/sources/media.js";
import { pictureSize } from "../ui/sources/grab.js";

/** @typedef {import("../ui/sources/camera.js").Camera} Camera */
/** @typedef {import("../ui/sources/camera.js").Wish} Wish */
/** @typedef {import("../ui/sources/media.js").Media} Media */
/** @typedef {"camera" | "image" | "video"} Kind */

/**
 * @param {object} ears
 * @param {() => void} ears.onGone the camera went away
 * @param {() => void} ears.onDevices cameras came or went
 */
export function createPicture({ onGone, onDevices }) {
  const video = byId("video", HTMLVideoElement);
  const still = byId("still", HTMLImageElement);
  /** @type {Camera | null} */
  let camera = null;
  /** @type {Media | null} */
  let media = null;
  /** @type {Kind | null} */
  let kind = null;
  /** Only the latest wish counts: a camera that opens after another source was chosen is closed again. */
  let wish_count = 0;

  navigator.mediaDevices?.addEventListener?.("devicechange", onDevices);

  function close() {
    wish_count += 1;
    camera?.stop();
    media?.release();
    camera = media = kind = null;
    clearMedia(video, still);
    video.hidden = still.hidden = true;
  }

  /** @param {Wish} wish @returns {Promise<boolean>} false if something else was chosen meanwhile */
  async function showCamera(wish) {
    close();
    const mine = wish_count;
    const opened = await openCamera(wish, onGone);
    if (mine !== wish_count) return opened.stop(), false;
    camera = opened;
    kind = "camera";
    video.hidden = false;
    await playStream(video, opened.stream);
    return mine === wish_count;
  }

  /** @param {Media} next @returns {Promise<boolean>} false if something else was chosen meanwhile */
  async function showMedia(next) {
    close();
    const mine = wish_count;
    media = next;
    kind = next.kind;
    if (next.kind === "image") await showImage(still, next);
    else await playVideo(video, next);
    if (mine !== wish_count) return false;
    still.hidden = next.kind !== "image";
    video.hidden = !still.hidden;
    still.alt = t("The picture being looked at: %(name)s", { name: next.name });
    return true;
  }

  return {
    showCamera,
    showMedia,
    close,
    kind: () => kind,
    element: () => (kind === "image" ? still : video),
    size: () => pictureSize(kind === "image" ? still : video),
    /** @param {boolean} wanted @returns {boolean} whether the picture is mirrored now */
    mirror: (wanted) => {
      const mirrored = wanted && kind === "camera" && (camera?.front ?? false);
      part("picture").classList.toggle("mirrored", mirrored);
      return mirrored;
    },
    /** The camera's stream, null for a picture or video. */
    stream: () => camera?.stream ?? null,
    camera_id: () => camera?.device_id ?? "",
    play: () => (kind === "image" || kind === null ? Promise.resolve() : video.play().catch(() => {})),
    pause: () => video.pause(),
    cameras: listCameras,
  };
}

/** Tell a problem from a fault of the program. @param {unknown} error @returns {Trouble} */
export const asTrouble = (error) =>
  error instanceof Trouble ? error : new Trouble("camera_failed", error instanceof Error ? error.message : String(error));
