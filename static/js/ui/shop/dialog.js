// A form in a dialog that closes when the server has agreed, and says why when it has not.
import { byId } from "../dom.js";

/**
 * Show the dialog `<name>-dialog` with its form, filled with `values`; end when it was saved or given up.
 * @param {string} name
 * @param {Record<string, string | boolean>} values
 * @param {(values: Record<string, string>) => Promise<unknown>} save its error is shown, and the dialog stays
 * @returns {Promise<boolean>} whether it was saved
 */
export function askInDialog(name, values, save) {
  const dialog = byId(`${name}-dialog`, HTMLDialogElement);
  const form = byId(`${name}-form`, HTMLFormElement);
  const wrong = form.querySelector(".wrong");
  form.reset();
  if (wrong instanceof HTMLElement) wrong.hidden = true;
  for (const [field, value] of Object.entries(values)) {
    const input = form.elements.namedItem(field);
    if (input instanceof HTMLInputElement && typeof value === "boolean") input.checked = value;
    else if (input instanceof HTMLInputElement || input instanceof HTMLSelectElement) input.value = String(value);
  }
  dialog.showModal();
  return new Promise((resolve) => {
    const ended = new AbortController();
    const { signal } = ended;
    /** @param {boolean} saved */
    const end = (saved) => {
      ended.abort();
      dialog.close();
      resolve(saved);
    };
    dialog.addEventListener("cancel", () => end(false), { signal });
    form.addEventListener(
      "submit",
      async (event) => {
        event.preventDefault();
        const { submitter } = /** @type {SubmitEvent} */ (event);
        if (submitter instanceof HTMLButtonElement && submitter.value === "cancel") return end(false);
        try {
          await save(/** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form))));
          end(true);
        } catch (error) {
          if (!(wrong instanceof HTMLElement)) throw error;
          wrong.textContent = error instanceof Error ? error.message : String(error);
          wrong.hidden = false;
        }
      },
      { signal },
    );
  });
}
