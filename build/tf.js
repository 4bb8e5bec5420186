// What AllSmiles uses of TensorFlow.js: the core, the graph model loader and the WebAssembly backend. Also the types of the bundle made from it.
export {
  backend,
  dispose,
  env,
  findBackendFactory,
  getBackend,
  memory,
  registerBackend,
  removeBackend,
  setBackend,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
export { loadGraphModel } from "@tensorflow/tfjs-converter";
export { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
