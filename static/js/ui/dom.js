// Finds and makes elements, with types and with a remedy in the error.

/**
 * Find the element with this id.
 * @template {Element} T
 * @param {string} id
 * @param {new (...rest: never[]) => T} type
 * @returns {T}
 * @throws {Error} if the page has no such element
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`no ${type.name} with id "${id}": templates/live.html and its scripts must be of one version; reload the page`);
}

/** @param {string} id @returns {HTMLElement} */
export const part = (id) => byId(id, HTMLElement);
/** @param {string} id @returns {HTMLButtonElement} */
export const button = (id) => byId(id, HTMLButtonElement);

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} [name] class name
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, name = "", ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}
