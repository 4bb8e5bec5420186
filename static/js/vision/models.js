// Fetches networks: manifest, graph and weights, ready for any backend.

/**
 * @typedef {object} Manifest what the export wrote about a network, the fields this side reads
 * @property {string} name
 * @property {string} version
 * @property {string[]} labels in the order of the network's output
 * @property {{width: number, height: number, channels: number, color: "grey" | "rgb", scale: number, offset: number, crop_scale: number, crop_shift?: number,
 *   border?: number, multiple?: number}} input value = pixel * scale + offset
 * @property {"logits" | "probabilities" | "detections"} output
 * @property {{strides: number[], score_threshold: number, iou_threshold: number, still_side: number}} [detection]
 * @property {{temperature: number, unsure_below: number, smile_threshold?: number, group_thresholds?: Record<import("../core/sensitivity.js").Sensitivity, number>}} [calibration]
 * @property {string} [smile_label]
 * @property {{[file: string]: string}} sha256
 * @property {{input: number[], output: number[]}} self_test shape of the input, and the output every engine must give
 */
/** @typedef {{manifest: Manifest, artifacts: import("@tensorflow/tfjs-core").io.ModelArtifacts}} Model */

/**
 * Fetch the network in a folder.
 * @param {string} folder address ending with a slash
 * @returns {Promise<Model>}
 * @throws {Error} named "ModelsFailed" if a file is missing or broken
 */
export async function fetchModel(folder) {
  const [manifest, graph] = await Promise.all([fetchJson(`${folder}manifest.json`), fetchJson(`${folder}model.json`)]);
  const groups = /** @type {{paths: string[], weights: any[]}[]} */ (graph.weightsManifest);
  const files = await Promise.all(groups.flatMap(({ paths }) => paths).map((path) => fetchBytes(folder + path)));
  return {
    manifest,
    artifacts: {
      format: graph.format,
      modelTopology: graph.modelTopology,
      signature: graph.signature,
      weightSpecs: groups.flatMap(({ weights }) => weights),
      weightData: joined(files),
    },
  };
}

/** @param {string} address @returns {Promise<any>} */
const fetchJson = async (address) => (await fetched(address)).json();

/** @param {string} address */
const fetchBytes = async (address) => new Uint8Array(await (await fetched(address)).arrayBuffer());

/** @param {string} address */
async function fetched(address) {
  const answer = await fetch(address).catch((error) => failed(address, error.message));
  return answer.ok ? answer : failed(address, `status ${answer.status}`);
}

/** @param {string} address @param {string} reason @returns {never} */
function failed(address, reason) {
  throw Object.assign(new Error(`${address} did not load (${reason}): check the connection and reload the page`), { name: "ModelsFailed" });
}

/** @param {Uint8Array[]} parts @returns {ArrayBuffer} */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.buffer;
}
