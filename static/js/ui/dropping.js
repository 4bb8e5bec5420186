// Takes pictures and videos that are dropped, pasted or chosen.

/** @param {Iterable<File>} files @returns {File | null} the first picture or video */
export const pickFile = (files) => [...files].find(({ type }) => /^(image|video)\//.test(type)) ?? [...files][0] ?? null;

/**
 * Call back with each file that a person hands over.
 * @param {{hint: HTMLElement, input: HTMLInputElement}} parts `hint` shows while a file is over the page
 * @param {(file: File) => void} onFile
 */
export function takeFiles({ hint, input }, onFile) {
  let depth = 0;
  /** @param {DragEvent} event */
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;
  /** @param {number} value */
  const setDepth = (value) => {
    depth = Math.max(0, value);
    hint.hidden = depth === 0;
  };
  /** @param {Iterable<File> | null | undefined} files */
  const take = (files) => {
    const file = files && pickFile(files);
    if (file) onFile(file);
  };

  addEventListener("dragenter", (event) => carriesFiles(event) && setDepth(depth + 1));
  addEventListener("dragleave", (event) => carriesFiles(event) && setDepth(depth - 1));
  addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    setDepth(0);
    take(event.dataTransfer?.files);
  });
  addEventListener("paste", (event) => take(event.clipboardData?.files));
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
}
