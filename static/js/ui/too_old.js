// Runs only in browsers without modules: says what to do. A classic script without modern syntax on purpose.
document.addEventListener("DOMContentLoaded", function () {
  document.getElementById("trouble").hidden = false;
  document.getElementById("trouble-title").textContent = "This browser is too old for AllSmiles";
  document.getElementById("trouble-text").textContent =
    "Please open this page in a current Chrome, Edge, Firefox or Safari.";
  document.getElementById("trouble-retry").hidden = true;
  document.getElementById("trouble-open").hidden = true;
});
