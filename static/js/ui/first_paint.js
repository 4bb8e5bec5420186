// Sets the theme before the first paint, so that a dark page never flashes white. A classic script on purpose.
(() => {
  let theme = "system";
  try {
    theme = JSON.parse(localStorage.getItem("allsmiles.settings") || "{}").theme || "system";
  } catch {
    // A browser that keeps nothing, or a value of another age: the system's theme is right.
  }
  const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
