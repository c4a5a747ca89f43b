// Writes `<name>.module.css.d.ts` beside each CSS module, so that a wrong class name fails tsc.
// Types whose module is gone are removed, or tsc would accept an import of nothing.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const src = new URL('../src/', import.meta.url).pathname;
for (const name of readdirSync(src, { recursive: true })) {
  const path = join(src, name);
  if (path.endsWith('.module.css.d.ts') && !existsSync(path.slice(0, -'.d.ts'.length))) rmSync(path);
}
const run = spawnSync('npx', ['--no-install', 'vite-css-modules', 'src/**/*.module.css', '--silent'], {
  cwd: new URL('..', import.meta.url).pathname,
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
