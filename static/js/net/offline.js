// Keeps the page usable without a network: registers the service worker and offers its updates.

/** @returns {Promise<string | null>} the server's version of everything, null without a network */
async function serverVersion() {
  try {
    const answer = await fetch("/precache.json", { cache: "no-store" });
    return answer.ok ? String((await answer.json()).version) : null;
  } catch {
    return null;
  }
}

/** Let a waiting version take over and load it. @param {ServiceWorker} waiting */
function takeOver(waiting) {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting.postMessage("take over");
}

/**
 * Call back when a new version is complete on this device.
 * @param {ServiceWorkerRegistration} registration
 * @param {(apply: () => void) => void} onUpdate
 */
function watch(registration, onUpdate) {
  const offer = () => {
    const { waiting } = registration;
    // Without a controller this is the first visit: nothing is replaced.
    if (waiting && navigator.serviceWorker.controller) onUpdate(() => takeOver(waiting));
  };
  offer();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
}

/**
 * Use a version that has been waiting since the last visit, before anything has started.
 * @returns {Promise<boolean>} true if the page is about to reload
 */
export async function useWaitingVersion() {
  const registration = await navigator.serviceWorker?.getRegistration("/").catch(() => undefined);
  if (!registration?.waiting || !navigator.serviceWorker.controller) return false;
  takeOver(registration.waiting);
  return true;
}

/**
 * Keep this version for later visits without a network.
 * @param {(apply: () => void) => void} onUpdate called with what loads a newer version
 */
export async function keepOffline(onUpdate) {
  if (!("serviceWorker" in navigator)) return;
  const version = await serverVersion();
  if (version === null) return;
  // The version stands in the address, so that a new one counts as a new worker.
  const registration = await navigator.serviceWorker
    .register(`/sw.js?version=${encodeURIComponent(version)}`, { scope: "/" })
    // Behind a certificate that only this person trusts, browsers keep nothing: the page works as long as the server does.
    .catch(() => null);
  if (registration) watch(registration, onUpdate);
}
