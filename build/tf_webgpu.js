// The WebGPU backend: importing it registers it with the core of tf.js.
export { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
