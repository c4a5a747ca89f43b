// Before the first paint: the chosen theme and language. A file of its own because the CSP allows no inline script.
(function () {
  try {
    var root = document.documentElement;
    var theme = localStorage.getItem('dojob.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    if (localStorage.getItem('dojob.lang') === 'en') root.lang = 'en';
  } catch {
    // Storage may be forbidden; the defaults are fine.
  }
})();
