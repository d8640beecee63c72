import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
export const buildFolder = join(repository, 'node_modules/.cache/baton-bench');
export const resultsFolder = join(repository, 'bench-results');

/**
 * Compiles what is measured as `npm run build` would: tsx wraps every function to keep its name, which costs at run time.
 * @returns false when there were type errors; the code was compiled all the same.
 */
export async function buildBench(): Promise<boolean> {
  await rm(buildFolder, { recursive: true, force: true });
  await mkdir(buildFolder, { recursive: true });
  // Inside node_modules a file is CommonJS unless the nearest package.json says otherwise.
  await writeFile(join(buildFolder, 'package.json'), '{ "type": "module" }\n');
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', join(repository, 'test/bench/tsconfig.json')], (error, output) => {
      if (error) console.error(`compiled with errors:\n${output.split('\n').slice(0, 10).join('\n')}`);
      resolve(!error);
    });
  });
}
