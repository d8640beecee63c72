import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
const cacheOf = (name: string): string => join(repository, 'node_modules/.cache', name);
/** Where {@link compile} puts what it makes under this name: below a package.json, as dist/ is. */
export const compiledFolder = (name: string): string => join(cacheOf(name), 'dist');

/**
 * Compiles as `npm run build` would: tsx wraps every function to keep its name, which costs at run time, and it starts slowly.
 * @param from the checkout that the configuration lies in.
 * @returns false when there were type errors; the code was compiled all the same.
 */
export async function compile(name: string, tsconfig: string, from = repository): Promise<boolean> {
  const cache = cacheOf(name);
  await rm(cache, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  // Inside node_modules a file is CommonJS unless the nearest package.json says otherwise.
  await writeFile(join(cache, 'package.json'), `{ "type": "module", "version": "0.0.0-${name}" }\n`);
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    const args = [compiler, '-p', join(from, tsconfig), '--outDir', compiledFolder(name)];
    execFile(process.execPath, args, (error, output) => {
      if (error) process.stderr.write(`compiled with errors:\n${output.split('\n').slice(0, 10).join('\n')}\n`);
      resolve(!error);
    });
  });
}
