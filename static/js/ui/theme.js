// Applies the chosen theme, following the system where that is the choice.

/**
 * @param {"system" | "light" | "dark"} choice
 * @param {boolean} system_dark
 * @returns {"light" | "dark"}
 */
export const resolveTheme = (choice, system_dark) => (choice === "system" ? (system_dark ? "dark" : "light") : choice);

/** @param {() => "system" | "light" | "dark"} choice @returns {() => void} applies the theme now */
export function createTheme(choice) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.theme = resolveTheme(choice(), system.matches);
  };
  system.addEventListener("change", apply);
  apply();
  return apply;
}
