// The language switch: keeps what the address says besides, filters and keys too, and takes the choice out of it once it is remembered.

for (const link of document.querySelectorAll("a[hreflang]"))
  link.addEventListener("click", () => {
    if (!(link instanceof HTMLAnchorElement)) return;
    const next = new URL(location.href);
    next.searchParams.set("lang", link.hreflang);
    link.href = next.href;
  });

const here = new URL(location.href);
const wish = here.searchParams.get("lang");
// Where no cookie is kept, as in a frame on another site, the address goes on saying it.
if (wish && document.cookie.split("; ").includes(`language=${wish}`)) {
  here.searchParams.delete("lang");
  history.replaceState(history.state, "", here);
}
