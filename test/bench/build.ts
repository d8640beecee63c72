import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(repository, 'node_modules/.cache/baton-bench');
/** Below a package.json, as dist/ is. */
export const buildFolder = join(cache, 'dist');
export const resultsFolder = join(repository, 'bench-results');

/**
 * Compiles what is measured as `npm run build` would: tsx wraps every function to keep its name, which costs at run time.
 * @returns false when there were type errors; the code was compiled all the same.
 */
export async function buildBench(): Promise<boolean> {
  await rm(cache, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  // Inside node_modules a file is CommonJS unless the nearest package.json says otherwise.
  await writeFile(join(cache, 'package.json'), '{ "type": "module", "version": "0.0.0-bench" }\n');
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', join(repository, 'test/bench/tsconfig.json')], (error, output) => {
      if (error) console.error(`compiled with errors:\n${output.split('\n').slice(0, 10).join('\n')}`);
      resolve(!error);
    });
  });
}
