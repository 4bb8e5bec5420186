// Runs only in browsers without modules: says what to do. A classic script without modern syntax on purpose.
document.addEventListener("DOMContentLoaded", function () {
  var block = document.getElementById("words");
  /** @type {Record<string, string>} as in js/translate.js, which such a browser cannot load */
  var words = JSON.parse((block && block.textContent) || "{}");
  /** @param {string} text */
  function t(text) {
    return words[text] || text;
  }
  /** @param {string} id @param {string} text */
  function say(id, text) {
    var element = /** @type {HTMLElement} */ (document.getElementById(id));
    element.textContent = text;
    element.hidden = !text;
  }
  /** @type {HTMLElement} */ (document.getElementById("trouble")).hidden = false;
  say("trouble-title", t("This browser is too old for AllSmiles"));
  say("trouble-text", t("It cannot even send pictures to the server to be looked at there. Please open this page in a Chrome, Edge, Firefox or Safari of the last five years."));
  say("trouble-retry", "");
  say("trouble-open", "");
});
