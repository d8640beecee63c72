import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const builtOf = (source: string): string => resolve('dist', source.replace(/\.ts$/, '.js'));
const isBuilt = (source: string): boolean => process.env['CI'] !== undefined && existsSync(builtOf(source));
const fromSources = (source: string): string[] => ['--import', import.meta.resolve('tsx'), resolve(source)];

/**
 * What Node is given to run a program of the server: the sources; in CI, which has built them a moment ago, what was built, as people run it. That
 * starts in a third of the time.
 */
export const programArgs = (source: string, ...more: readonly string[]): string[] =>
  isBuilt(source) ? [builtOf(source), ...more] : [...fromSources(source), ...more];

/** The same for a program that is part of the tests: in CI it is bundled, and what it takes from the server is what was built. */
export async function testProgramArgs(source: string, ...more: readonly string[]): Promise<string[]> {
  return isBuilt('server/main.ts') ? [await bundled(source), ...more] : [...fromSources(source), ...more];
}

const bundles = new Map<string, Promise<string>>();

function bundled(source: string): Promise<string> {
  const known = bundles.get(source) ?? bundle(source);
  bundles.set(source, known);
  return known;
}

/** Below node_modules, where packages are found from. Several processes may write the same: the rename lets only a whole one be seen. */
async function bundle(source: string): Promise<string> {
  const folder = resolve('node_modules/.cache/test-programs');
  const file = resolve(folder, `${source.replaceAll(/\W/g, '-')}.mjs`);
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    sourcemap: 'inline',
    plugins: [overWhatWasBuilt],
  });
  await mkdir(folder, { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, outputFiles[0]!.contents);
  await rename(draft, file);
  return file;
}

const overWhatWasBuilt: Plugin = {
  name: 'over what was built',
  setup: (bundling) =>
    bundling.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
      const built = builtOf(relative(resolve('.'), resolve(resolveDir, path)));
      return existsSync(built) ? { path: pathToFileURL(built).href, external: true } : undefined;
    }),
};
