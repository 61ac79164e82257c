// Runs before the first paint, so that nobody sees the wrong theme or the wrong direction for a moment.
// A file of its own: an inline script would need a hole in the content security policy.
(function () {
  var root = document.documentElement;
  function read(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be switched off; the defaults hold
    }
  }
  var theme = read("hoopoe.theme");
  if (theme !== "light" && theme !== "dark") {
    theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  var language = read("hoopoe.language");
  if (language !== "en" && language !== "ar") {
    language = (navigator.language || "en").slice(0, 2) === "ar" ? "ar" : "en";
  }
  root.dataset.theme = theme;
  root.lang = language;
  root.dir = language === "ar" ? "rtl" : "ltr";
})();
