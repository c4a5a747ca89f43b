// Before the first paint: the chosen theme and language, and which first paint it is (src/app/FirstPaint.tsx). A file of
// its own because the CSP allows no inline script.
(function () {
  var root = document.documentElement;
  var at = { '/': 'home', '/search': 'find', '/post': 'post', '/chat': 'chat', '/me': 'me' }[
    location.pathname
  ];
  if (at) root.dataset.at = at;
  try {
    var theme = localStorage.getItem('dojob.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    if (localStorage.getItem('dojob.lang') === 'en') root.lang = 'en';
    if (localStorage.getItem('dojob.member') === '1') root.dataset.member = '';
  } catch {
    // Storage may be forbidden; the defaults are fine.
  }
})();
