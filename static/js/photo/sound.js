// The sounds of a countdown and of a shutter, made by the browser itself; silent where it is not allowed to.

/** @returns sounds; `wake()` on a click, since browsers stay silent before one */
export function createSound() {
  /** @type {AudioContext | null} */
  let audio = null;

  function wake() {
    if (typeof AudioContext !== "function") return null;
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume().catch(() => {});
    return audio;
  }

  /** @param {number} pitch in Hz @param {number} length in s @param {number} loud 0 to 1 */
  function beep(pitch, length, loud) {
    const on = wake();
    if (!on || on.state !== "running") return;
    const tone = new OscillatorNode(on, { frequency: pitch, type: "sine" });
    const volume = new GainNode(on, { gain: 0 });
    volume.gain.linearRampToValueAtTime(loud, on.currentTime + 0.01);
    volume.gain.exponentialRampToValueAtTime(0.001, on.currentTime + length);
    tone.connect(volume).connect(on.destination);
    tone.start();
    tone.stop(on.currentTime + length);
  }

  /** Two short bursts of noise, as a shutter opens and closes. */
  function shutter() {
    const on = wake();
    if (!on || on.state !== "running") return;
    const noise = on.createBuffer(1, on.sampleRate * 0.16, on.sampleRate);
    const samples = noise.getChannelData(0);
    for (let i = 0; i < samples.length; i++) {
      const time = i / on.sampleRate;
      const open = Math.exp(-time * 90) + (time > 0.08 ? Math.exp(-(time - 0.08) * 70) : 0);
      samples[i] = (Math.random() * 2 - 1) * 0.35 * open;
    }
    const source = new AudioBufferSourceNode(on, { buffer: noise });
    source.connect(on.destination);
    source.start();
  }

  return { wake, count: () => beep(880, 0.16, 0.25), stopped: () => beep(330, 0.25, 0.12), shutter };
}
