declare module "gifenc" {
  type Palette = number[][];
  type Format = "rgb565" | "rgb444" | "rgba4444";
  /** Up to `colors` colours for RGBA pixels. */
  export function quantize(rgba: Uint8ClampedArray, colors: number, options?: { format?: Format }): Palette;
  /** The index of each pixel's nearest colour. */
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette, format?: Format): Uint8Array<ArrayBuffer>;
  export function GIFEncoder(): {
    writeFrame(indices: Uint8Array, width: number, height: number, options?: { palette?: Palette; delay?: number }): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  };
}
