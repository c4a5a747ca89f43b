// Budgets, gzip, of the built front: what the first screen loads, each route, the style sheets.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KB = 1024;
const BUDGET = { first: 170 * KB, route: 25 * KB, css: 25 * KB };
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const weight = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

/** The chunk and everything it imports statically, without what the page has already. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = closure(entry);
// The common texts of the language arrive before the first paint, too; those of refusals when the page is at rest.
for (const key of Object.keys(manifest)) {
  if (/shared\/i18n\/locales\/ko\.json$/.test(key)) closure(key, first);
}
const sum = (keys, of) =>
  [...new Set([...keys].flatMap((key) => of(manifest[key])))].reduce(
    (total, file) => total + weight(file),
    0,
  );
const rows = [];
const firstScreen = Object.keys(manifest).find((key) => key.endsWith('features/search/HomeScreen.tsx'));
const withHome = firstScreen === undefined ? first : closure(firstScreen, new Set(first));
rows.push(['first load, JS', sum(withHome, (chunk) => [chunk.file]), BUDGET.first]);
rows.push(['first load, CSS', sum(withHome, (chunk) => chunk.css ?? []), BUDGET.css]);
for (const key of Object.keys(manifest)) {
  if (!/features\/.*Screen\.tsx$/.test(key)) continue;
  const own = [...closure(key)].filter((chunk) => !withHome.has(chunk) || chunk === key);
  rows.push([key.replace('src/features/', ''), sum(own, (chunk) => [chunk.file]), BUDGET.route]);
}
let over = false;
for (const [name, bytes, budget] of rows) {
  const bad = bytes > budget;
  over ||= bad;
  console.log(
    `${bad ? 'OVER' : 'ok  '} ${(bytes / KB).toFixed(1).padStart(7)} of ${budget / KB} KB  ${name}`,
  );
}
process.exit(over ? 1 : 0);
