// What AllSmiles uses of other people's code to keep, pack and animate photos. Also the types of the bundle made from it.
export { openDB } from "idb";
export { downloadZip } from "client-zip";
export { GIFEncoder, applyPalette, quantize } from "gifenc";
