// Keeps the screen on while a camera is watched, where the browser can.

/** @returns `hold(wanted)`: ask for the lock or give it back; call again when the page comes back */
export function createWakeLock() {
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  let wanted = false;

  async function apply() {
    if (wanted && !lock && document.visibilityState === "visible" && "wakeLock" in navigator) {
      const taken = await navigator.wakeLock.request("screen").catch(() => null);
      // A refused lock (battery saver) only lets the screen go dark.
      if (!wanted) return void taken?.release();
      lock = taken;
      lock?.addEventListener("release", () => (lock = null));
    }
    if (!wanted && lock) await lock.release();
  }
  document.addEventListener("visibilitychange", () => void apply());

  /** @param {boolean} value */
  return function hold(value) {
    wanted = value;
    void apply();
  };
}
