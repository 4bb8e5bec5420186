// The words of the page in its language: from the catalogue, which the server writes into the page. Without one they are as in the code.

/** @type {Record<string, string | string[]>} what the code says -> what is read, or its forms by number */
const words = JSON.parse(globalThis.document?.querySelector?.("#words")?.textContent || "{}");
/** The page's language, such as "de". */
export const language = globalThis.document?.documentElement?.lang || "en";
/** How dates and numbers are written: as this browser's person has them, where that is in the page's language, such as "en-GB". */
export const locale = globalThis.navigator?.languages?.find((one) => one.split("-")[0] === language) ?? language;
const rules = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(locale);
/** The order in which a catalogue has its plural forms. */
const ORDER = ["zero", "one", "two", "few", "many", "other"];
const forms = ORDER.filter((name) => /** @type {string[]} */ (rules.resolvedOptions().pluralCategories).includes(name));

/** @typedef {Record<string, string | number>} Values numbers are written as the language has them */

/** Fill `%(name)s` and turn `%%` into a percent sign. @param {string} text @param {Values} values */
const fill = (text, values) =>
  text.replace(/%%|%\((\w+)\)s/g, (found, name) => {
    if (found === "%%") return "%";
    const value = values[name] ?? found;
    return typeof value === "number" ? numbers.format(value) : value;
  });

/**
 * Say something in the page's language.
 * @param {string} text in English, a literal, so that it is found for the catalogue; `%(name)s` holds a value's place
 * @param {Values} [values]
 */
export function t(text, values = {}) {
  const said = words[text];
  // The same words may also have forms by number: the first is for one.
  return fill((Array.isArray(said) ? said[0] : said) ?? text, values);
}

/**
 * Say something that depends on a number, which is `%(count)s` in it.
 * @param {string} one in English, for 1
 * @param {string} many in English, for other numbers
 * @param {number} count
 * @param {Values} [values]
 */
export function tn(one, many, count, values = {}) {
  const said = words[one];
  const index = forms.indexOf(rules.select(count));
  const text = Array.isArray(said) ? said[Math.min(index, said.length - 1)] : count === 1 ? one : many;
  return fill(text, { count, ...values });
}
