import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = new Set(['.js', '.css', '.html', '.svg', '.json', '.txt', '.webmanifest']);
const gz = promisify(gzip);
const br = promisify(brotliCompress);

/**
 * Writes `.gz` and `.br` beside every text asset. The server never compresses at run time: it only chooses
 * one of the files that lie there. Files that would not shrink get no twin; fonts are compressed already.
 */
export function precompress(): Plugin {
  let out = 'dist';
  return {
    name: 'dojob:precompress',
    apply: 'build',
    configResolved(config) {
      out = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const names = await readdir(out, { recursive: true });
      for (const name of names) {
        const path = join(out, name);
        if (!TEXT.has(extname(name)) || !(await stat(path)).isFile()) continue;
        const raw = await readFile(path);
        const small = await gz(raw, { level: 9 });
        const smaller = await br(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
        if (small.length < raw.length) await writeFile(`${path}.gz`, small);
        if (smaller.length < raw.length) await writeFile(`${path}.br`, smaller);
      }
    },
  };
}
