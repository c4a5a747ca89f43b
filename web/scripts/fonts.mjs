// Writes the two fonts that every page preloads, and their style sheet, into src/styles/fonts: Latin, and the Hangul
// that most text consists of. Pretendard publishes its slices in the order of how frequent their characters are; the
// first ones are joined here with all that the interface itself says, cut to the weights that are used, so that
// the first screen needs 90 KB of fonts instead of 300. What is rarer follows in Pretendard's own slices.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

const root = fileURLToPath(new URL('../', import.meta.url));
const pretendard = `${root}node_modules/pretendard/`;
const out = `${root}src/styles/fonts/`;
/** The slice of ASCII and punctuation. */
const LATIN = 91;
/** Then some six hundred syllables, 97 % of what people write. The next slices bring half a percent each. */
const FREQUENT = [90, 89, 88, 87, 86, 85];
const OPTIONS = {
  targetFormat: 'woff2',
  variationAxes: { wght: { min: 400, max: 700, default: 400 } },
  // Kerning, and digits of equal width (`tabular-nums`). Every other feature brings glyphs that nothing asks for.
  keepFeatures: ['kern', 'tnum', 'ccmp'],
};

const css = readFileSync(`${pretendard}dist/web/variable/pretendardvariable-dynamic-subset.css`, 'utf8');
const slice = (n) => {
  const ranges = css.match(new RegExp(`/\\* \\[${n}\\] \\*/[^}]*unicode-range: ([^;]*);`))[1];
  return ranges.split(', ').flatMap((range) => {
    const [first, last = first] = range
      .slice(2)
      .split('-')
      .map((hex) => parseInt(hex, 16));
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
};
const texts = readdirSync(`${root}src`, { recursive: true })
  .filter((name) => /locales\/.*\.json$/.test(name))
  .map((name) => readFileSync(`${root}src/${name}`, 'utf8'))
  .join('');
const isHangul = (code) => code >= 0xac00 && code <= 0xd7a3;
const said = [...new Set(texts)].map((letter) => letter.codePointAt(0)).filter((code) => code >= 0x20);
const unique = (codes) => [...new Set(codes)].sort((a, b) => a - b);
const fonts = {
  latin: unique([...slice(LATIN), ...said.filter((code) => !isHangul(code))]),
  hangul: unique([...FREQUENT.flatMap(slice), ...said]).filter(isHangul),
};

const made = createHash('sha256')
  .update(readFileSync(fileURLToPath(import.meta.url)))
  .update(readFileSync(`${pretendard}package.json`))
  .update(JSON.stringify(fonts))
  .digest('hex');
if (read('made') !== made) {
  mkdirSync(out, { recursive: true });
  const whole = readFileSync(`${pretendard}dist/web/variable/woff2/PretendardVariable.woff2`);
  let faces = '';
  for (const [name, codes] of Object.entries(fonts)) {
    const font = await subsetFont(whole, String.fromCodePoint(...codes), OPTIONS);
    writeFileSync(`${out}${name}.woff2`, font);
    faces += face(name, codes);
    console.log(`${name}: ${codes.length} characters, ${(font.length / 1024).toFixed(1)} KB`);
  }
  writeFileSync(`${out}fonts.css`, faces);
  writeFileSync(`${out}made`, made);
}

function read(name) {
  try {
    return readFileSync(`${out}${name}`, 'utf8');
  } catch {
    return null;
  }
}

/** A family of its own: "Pretendard" is the reserved name of the unchanged font. */
function face(name, codes) {
  const ranges = [];
  for (const code of codes) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  const range = ranges.map(([a, b]) => `U+${a.toString(16)}${a === b ? '' : `-${b.toString(16)}`}`).join(',');
  return `@font-face {
  font-family: 'dojob Sans';
  font-weight: 400 700;
  font-display: swap;
  src: url('./${name}.woff2') format('woff2');
  unicode-range: ${range};
}
`;
}
