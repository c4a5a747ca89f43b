// Budgets, as brotli sends it, of the built front: what the first screen loads, each way through the app, the style
// sheet, the fonts that are preloaded. e2e/speed.spec.ts measures the same in a browser.
import { readFileSync, readdirSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const KB = 1024;
const BUDGET = { first: 150 * KB, route: 25 * KB, css: 12 * KB, fonts: 110 * KB };
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const weight = (file) => brotliCompressSync(readFileSync(new URL(file, dist))).length;

/** The chunk and everything it imports statically, without what the page has already. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = closure(entry);
const sum = (keys, of) =>
  [...new Set([...keys].flatMap((key) => of(manifest[key])))].reduce(
    (total, file) => total + weight(file),
    0,
  );
const rows = [];
const withHome = new Set(first);
for (const key of ['src/features/search/screens.ts', 'src/shared/i18n/texts/ko.first.ts'])
  closure(key, withHome);
rows.push(['first load, JS', sum(withHome, (chunk) => [chunk.file]), BUDGET.first]);
rows.push(['style sheet', sum(withHome, (chunk) => chunk.css ?? []), BUDGET.css]);
const fonts = readdirSync(new URL('assets/', dist)).filter((name) => /^(latin|hangul)-.*\.woff2$/.test(name));
const font = fonts.reduce((total, name) => total + readFileSync(new URL(`assets/${name}`, dist)).length, 0);
rows.push([`fonts: ${fonts.length}`, font, BUDGET.fonts]);
for (const key of Object.keys(manifest)) {
  if (!/features\/\w+\/(screens|reading|writing)\.ts$/.test(key)) continue;
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
