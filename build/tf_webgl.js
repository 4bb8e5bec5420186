// The WebGL backend: importing it registers it with the core of tf.js.
export { version_webgl } from "@tensorflow/tfjs-backend-webgl";
