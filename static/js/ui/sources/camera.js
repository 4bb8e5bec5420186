// Cameras: asking for one, listing them, and noticing when one goes away.
import { t } from "../../translate.js";
import { Trouble, cameraTrouble } from "../problems.js";

/** @typedef {{device_id: string, label: string}} Device */
/** @typedef {{device_id: string, facing: "user" | "environment"}} Wish an empty device_id means any camera facing that way */
/**
 * @typedef {object} Camera
 * @property {MediaStream} stream
 * @property {string} device_id
 * @property {boolean} front whether it looks at the person, so that a mirror is natural
 * @property {() => void} stop
 */

/** Asked for, not demanded: a camera that has less gives what it has. */
const SIZE = { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30 } };

/** Tell whether the camera may be used without asking; false where the browser does not say. */
export async function cameraAllowed() {
  try {
    const status = await navigator.permissions.query({ name: /** @type {PermissionName} */ ("camera") });
    return status.state === "granted";
  } catch {
    return false;
  }
}

/** @returns {Promise<Device[]>} all cameras; names are empty until one was allowed */
export async function listCameras() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices
    .filter(({ kind }) => kind === "videoinput")
    .map(({ deviceId, label }, index) => ({ device_id: deviceId, label: label || t("Camera %(number)s", { number: index + 1 }) }));
}

/** @param {MediaTrackConstraints} constraints */
const request = (constraints) =>
  navigator.mediaDevices.getUserMedia({ audio: false, video: { ...SIZE, ...constraints } });

/** @param {Wish} wish @returns {Promise<MediaStream>} */
async function openStream({ device_id, facing }) {
  if (!device_id) return request({ facingMode: facing });
  try {
    return await request({ deviceId: { exact: device_id } });
  } catch (error) {
    if (cameraTrouble(error).problem !== "no_camera") throw error;
    // The remembered camera is not plugged in today: any other is better than none.
    return request({ facingMode: facing });
  }
}

/**
 * Open a camera.
 * @param {Wish} wish
 * @param {() => void} onEnded called once when the camera is unplugged or taken away
 * @returns {Promise<Camera>}
 * @throws {Trouble} with what to do
 */
export async function openCamera(wish, onEnded) {
  if (!navigator.mediaDevices?.getUserMedia) throw new Trouble("insecure", location.host);
  const stream = await openStream(wish).catch((error) => {
    throw cameraTrouble(error);
  });
  const [track] = stream.getVideoTracks();
  const { deviceId = "", facingMode } = track.getSettings();
  track.addEventListener("ended", onEnded, { once: true });
  return {
    stream,
    device_id: deviceId,
    front: facingMode !== "environment",
    stop: () => {
      track.removeEventListener("ended", onEnded);
      stream.getTracks().forEach((one) => one.stop());
    },
  };
}
