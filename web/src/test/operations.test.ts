/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, expect, test } from 'vitest';
import { isWithoutSession } from '#/api/session/sessionFetch.ts';

/** Every operation of the contract is reached from a screen, or says in `x-no-screen` why it is not; never both. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const contracts = `${root}../contracts/openapi/`;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

interface Operation {
  'x-no-screen'?: string;
  security?: Record<string, unknown>[];
}

interface Contract {
  paths: Record<string, Record<string, Operation>>;
}

function operations(): { method: string; path: string; operation: Operation }[] {
  return readdirSync(contracts)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const contract = JSON.parse(readFileSync(contracts + name, 'utf8')) as Contract;
      return Object.entries(contract.paths).flatMap(([path, byMethod]) =>
        METHODS.flatMap((method) => {
          const operation = byMethod[method];
          return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }];
        }),
      );
    });
}

/** Each operation, with the reason why it has no screen, if it has one. */
function offered(): [operation: string, reason: string | undefined][] {
  return operations().map(({ method, path, operation }) => [`${method} ${path}`, operation['x-no-screen']]);
}

/**
 * The compiler knows which paths a call can take, also where they are chosen or put together: `api.POST(x, …)` counts
 * with every value of the type of `x`. Session and live lines ask with a bare `fetch` or a socket.
 */
function findReached(): Set<string> {
  const found = new Set<string>();
  const config = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.app.json`, {}, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: () => {},
  } as ts.ParseConfigFileHost);
  const program = ts.createProgram(config?.fileNames ?? [], config?.options ?? {});
  const checker = program.getTypeChecker();

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node)) read(node);
    // The socket's address is put together from where the page is.
    if (ts.isTemplateExpression(node) && node.getText().includes('location.host'))
      found.add(`GET ${/\/api\/[\w/]+/.exec(node.getText())?.[0] ?? ''}`);
    ts.forEachChild(node, visit);
  }

  function read(call: ts.CallExpression): void {
    const [path, init] = call.arguments;
    if (path === undefined) return;
    const made = call.expression;
    if (ts.isPropertyAccessExpression(made) && made.expression.getText() === 'api') {
      const values = ts.isStringLiteral(path) ? [path.text] : valuesOf(checker.getTypeAtLocation(path));
      for (const value of values) found.add(`${made.name.text} ${value}`);
    } else if (made.getText() === 'fetch' && ts.isStringLiteral(path)) {
      found.add(`${/method: '(\w+)'/.exec(init?.getText() ?? '')?.[1] ?? 'GET'} ${path.text}`);
    }
  }

  for (const file of program.getSourceFiles())
    if (file.fileName.startsWith(`${root}src/`) && !file.fileName.includes('.test.')) visit(file);
  return found;
}

function valuesOf(type: ts.Type): string[] {
  if (type.isUnion()) return type.types.flatMap(valuesOf);
  return type.isStringLiteral() ? [type.value] : [];
}

let used = new Set<string>();
beforeAll(() => {
  used = findReached();
}, 60_000);

test('every operation has a screen, or a reason why not', () => {
  expect(offered().filter(([operation, reason]) => !used.has(operation) && !reason)).toEqual([]);
});

test('what has a reason has no screen', () => {
  expect(offered().filter(([operation, reason]) => used.has(operation) && reason !== undefined)).toEqual([]);
});

test('what needs to know who asks is asked with the session', () => {
  const takesToken = operations().filter(({ operation }) =>
    operation.security?.some((one) => 'bearer' in one),
  );
  expect(takesToken.length).toBeGreaterThan(20);
  expect(takesToken.filter(({ path }) => isWithoutSession(path))).toEqual([]);
});
