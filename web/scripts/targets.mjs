/**
 * Does what we serve run in the oldest browsers of package.json's `browserslist`? Three questions:
 *
 * - source: is every name of the platform that `src` uses there in each of them? Asked of TypeScript, which knows whose
 *   member a name is, and of MDN's compatibility data.
 * - built, libraries included: does each script parse as ES2022, the language of those browsers?
 * - built: is every static (`AbortSignal.any`) and every class (`new X`) there?
 *
 * `npm run targets`, after a build. (eslint-plugin-compat and tscompat were tried: neither knows statics.)
 */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import bcd from '@mdn/browser-compat-data/forLegacyNode';
import { parse } from 'acorn';
import { ancestor } from 'acorn-walk';
import browserslist from 'browserslist';
import ts from 'typescript';

const ES = 2022;
/** Used behind a test for it, with something else where it is not. What is no longer used must go. */
const GUARDED = {
  requestIdleCallback: 'whenIdle.ts waits a second instead',
  cancelIdleCallback: 'whenIdle.ts',
  'HTMLElement.showPopover':
    'Toasts.tsx: without it the toast lies below an open sheet, and is spoken all the same',
  'HTMLElement.hidePopover': 'Toasts.tsx',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const BROWSERS = {
  chrome: 'chrome',
  edge: 'edge',
  firefox: 'firefox',
  safari: 'safari',
  ios_saf: 'safari_ios',
  samsung: 'samsunginternet_android',
};
const number = (version) => version.split('.').reduce((sum, part, at) => sum + Number(part) / 1_000 ** at, 0);

/** The oldest version of each browser. */
const oldest = new Map();
for (const one of browserslist(undefined, { path: root })) {
  const [name, versions] = one.split(' ');
  const browser = BROWSERS[name];
  if (browser === undefined) throw new Error(`no compatibility data for ${name}: add it to BROWSERS`);
  const version = versions.split('-')[0];
  if (!oldest.has(browser) || number(version) < number(oldest.get(browser))) oldest.set(browser, version);
}

/** The browsers that do not have a feature of MDN's data, in words; empty: all have it, or nothing is known. */
function lacking(feature) {
  const support = feature?.__compat?.support;
  if (support === undefined) return [];
  return [...oldest].flatMap(([browser, version]) => {
    const statements = [support[browser] ?? []].flat();
    const has = statements.some(
      ({ version_added, version_removed, flags, prefix, alternative_name }) =>
        typeof version_added === 'string' &&
        version_added !== 'preview' &&
        number(version_added.replace('≤', '')) <= number(version) &&
        version_removed === undefined &&
        flags === undefined &&
        prefix === undefined &&
        alternative_name === undefined,
    );
    return has || statements.length === 0 ? [] : [`${browser} ${version}`];
  });
}

const { api, javascript } = bcd;
const builtins = javascript.builtins;
const member = (owner, name, isStatic) => {
  const home = api[owner] ?? builtins[owner] ?? builtins.Intl[owner];
  return (isStatic ? home?.[`${name}_static`] : undefined) ?? home?.[name];
};
const globally = (name) => api[name] ?? api.Window[name] ?? builtins[name];

const used = new Set();
let wrong = 0;
let asked = 0;
function check(name, feature, where) {
  asked += 1;
  const without = lacking(feature);
  if (without.length === 0) return;
  used.add(name);
  if (name in GUARDED) return;
  wrong += 1;
  console.error(`${where}: ${name} is not in ${without.join(', ')}`);
}

// Source.
const config = ts.getParsedCommandLineOfConfigFile(
  `${root}tsconfig.app.json`,
  {},
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (one) => {
      throw new Error(String(one.messageText));
    },
  },
);
const program = ts.createProgram(config.fileNames, config.options);
const types = program.getTypeChecker();
const isLib = (node) => program.isSourceFileDefaultLibrary(node.getSourceFile());
for (const file of program.getSourceFiles()) {
  if (
    file.isDeclarationFile ||
    !file.fileName.startsWith(`${root}src/`) ||
    /\.test\.|\/(test|gallery)\//.test(file.fileName)
  )
    continue;
  const visit = (node) => {
    if (ts.isIdentifier(node) && !ts.isPartOfTypeNode(node)) ask(node, file);
    ts.forEachChild(node, visit);
  };
  visit(file);
}

function ask(node, file) {
  const declaration = types.getSymbolAtLocation(node)?.declarations?.find(isLib);
  if (declaration === undefined) return;
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  const where = `${file.fileName.slice(root.length)}:${line + 1}`;
  const name = node.text;
  const { parent } = declaration;
  if (ts.isInterfaceDeclaration(parent)) {
    const constructs = parent.name.text.endsWith('Constructor');
    const owner = parent.name.text.replace(/^Readonly(?=Array|Map|Set)|Constructor$/g, '');
    check(`${owner}.${name}`, member(owner, name, constructs), where);
  } else if (ts.isTypeLiteralNode(parent) && ts.isVariableDeclaration(parent.parent)) {
    const owner = parent.parent.name.text;
    check(`${owner}.${name}`, member(owner, name, true), where);
  } else if (ts.isModuleBlock(parent) || ts.isModuleBlock(parent.parent?.parent ?? parent)) {
    check(`Intl.${name}`, builtins.Intl[name], where);
  } else {
    check(name, globally(name), where);
  }
}

// Built.
const assets = `${root}dist/assets/`;
const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
for (const file of [...scripts.map((name) => `${assets}${name}`), `${root}dist/boot.js`]) {
  const where = file.slice(root.length);
  let tree;
  try {
    tree = parse(readFileSync(file, 'utf8'), { ecmaVersion: ES, sourceType: 'module' });
  } catch (error) {
    wrong += 1;
    console.error(`${where}: does not parse as ES${ES}: ${error.message}`);
    continue;
  }
  ancestor(tree, {
    MemberExpression({ object, property, computed }) {
      if (object.type !== 'Identifier' || computed || !/^[A-Z]/.test(object.name)) return;
      check(`${object.name}.${property.name}`, member(object.name, property.name, true), where);
    },
    NewExpression({ callee }) {
      if (callee.type === 'Identifier') check(callee.name, globally(callee.name), where);
    },
  });
}

for (const name of Object.keys(GUARDED))
  if (!used.has(name)) {
    wrong += 1;
    console.error(`scripts/targets.mjs: ${name} is guarded, but every browser has it or nobody uses it`);
  }
if (asked < 1_000) throw new Error(`only ${asked} uses were looked at: is something not found?`);
console.log(
  `${scripts.length + 1} scripts and ${asked} uses of the platform, ${wrong} wrong, for ${[...oldest].map((one) => one.join(' ')).join(', ')}`,
);
process.exit(wrong === 0 ? 0 : 1);
