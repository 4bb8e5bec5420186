// Which folder of static/js may import from which: pages from everything; ui, net and vision from the core; photo from core and ui; the core from nobody. Words come from translate.js everywhere else.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../static/js", import.meta.url));

/** @type {Record<string, string[]>} whom a folder may import from besides itself and contract.js */
const ARROWS = {
  core: [],
  ui: ["core"],
  net: ["core"],
  vision: ["core"],
  photo: ["core", "ui"],
  pages: ["core", "ui", "net", "vision", "photo"],
};

/** The modules that know other people's libraries, each its own. */
const ADAPTERS = [
  join("vision", "engine.js"),
  join("net", "socket.js"),
  join("photo", "store.js"),
  join("photo", "files.js"),
  join("photo", "gif.js"),
  join("ui", "charts", "line.js"),
];

/** All own modules, as paths below static/js. */
const modules = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".js") && !path.startsWith(`lib${sep}`))
  .sort();

/**
 * List what a module imports at run time; types in comments do not count.
 * @param {string} source
 * @returns {string[]} specifiers
 */
function imports(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const found = code.matchAll(
    /(?:^|[;\n}])\s*(?:import|export)\s(?:[^"'();]*?\sfrom\s*)?["']([^"']+)["']|\bimport\(\s*["'`]([^"'`]+)["'`]/g,
  );
  return [...found].map(([, fixed, dynamic]) => fixed ?? dynamic);
}

/**
 * Say what is wrong with an import, if anything.
 * @param {string} path of the module, below static/js
 * @param {string} specifier
 * @returns {string | null}
 */
function objection(path, specifier) {
  if (!specifier.startsWith(".")) return "is not a path: a browser cannot find it, bundle it into lib";
  const target = relative(ROOT, join(ROOT, dirname(path), specifier));
  const [from, to] = [path.split(sep)[0], target.split(sep)[0]];
  if (to === "lib") return ADAPTERS.includes(path) ? null : `reaches into lib: only ${ADAPTERS.join(" and ")} may`;
  if (!modules.includes(target)) return "does not exist";
  if (target === "contract.js" || from === to) return null;
  if (target === "translate.js" && from !== "core") return null;
  return ARROWS[from]?.includes(to) ? null : `goes from ${from} to ${to}, against the arrows`;
}

test("the imports of a module are found, those of types in comments are not", () => {
  const source = `
    /** @typedef {import("./types.js").Box} Box */
    // import { no } from "./comment.js";
    import { a, b } from "./named.js";
    import "./effect.js";
    export * from "./handed_on.js";
    import {
      c,
    } from './lines.js'
    const later = await import("./dynamic.js");
  `;

  assert.deepEqual(imports(source), ["./named.js", "./effect.js", "./handed_on.js", "./lines.js", "./dynamic.js"]);
});

test("what goes against the arrows is noticed", () => {
  assert.match(String(objection("core/track.js", "../ui/overlay.js")), /does not exist|against the arrows/);
  assert.match(String(objection("core/track.js", "three")), /not a path/);
  assert.match(String(objection("core/track.js", "../lib/tf.js")), /only vision/);
  assert.equal(objection("core/track.js", "./box.js"), null);
});

for (const path of modules)
  test(`${path} imports along the arrows`, () => {
    for (const specifier of imports(readFileSync(join(ROOT, path), "utf8")))
      assert.equal(objection(path, specifier), null, `${specifier} in ${path}`);
  });
