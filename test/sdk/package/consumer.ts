import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { oncePerRun } from '../../support/oncePerRun.js';

export const run = promisify(execFile);
export const sdk = resolve('client-sdk');
const typescript = resolve('node_modules/typescript/bin/tsc');

/** The package as it would be published. */
export async function thePackage(): Promise<string> {
  const folder = await oncePerRun('package', async (target) => {
    await run(process.execPath, [join(sdk, 'build.mjs'), '--reference']);
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', target], { cwd: sdk });
  });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack left no tarball');
  return join(folder, tarball);
}

/** A project elsewhere that has the client, and of the packages here those that it is given. Remove it afterwards. */
export async function aConsumer(packages: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-consumer-'));
  const unpacked = join(folder, 'node_modules/@baton/client');
  await mkdir(unpacked, { recursive: true });
  await run('tar', ['-xzf', await thePackage(), '-C', unpacked, '--strip-components=1']);
  for (const name of packages) {
    await symlink(resolve('node_modules', name), join(folder, 'node_modules', name), 'dir');
  }
  await writeFile(join(folder, 'package.json'), '{ "name": "consumer", "type": "module" }');
  return folder;
}

export const removed = (folder: string | undefined) =>
  folder === undefined ? undefined : rm(folder, { recursive: true, force: true });

export interface Strictness {
  readonly module?: string;
  readonly skipLibCheck?: boolean;
}

/** The files, of these named by their text, about which the compiler complains in a project as strict as can be. */
export async function complaints(
  folder: string,
  files: Record<string, string>,
  { module = 'nodenext', skipLibCheck = false }: Strictness = {},
): Promise<Record<string, string[]>> {
  const compilerOptions = {
    module,
    moduleResolution: module === 'nodenext' ? 'nodenext' : 'bundler',
    target: 'es2022',
    lib: ['ES2023', 'DOM'],
    types: [],
    jsx: 'react-jsx',
    noEmit: true,
    strict: true,
    skipLibCheck,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
  };
  const names = Object.keys(files);
  await Promise.all(names.map((name, index) => writeFile(join(folder, `file${index}.tsx`), files[name] ?? '')));
  const project = join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify({ compilerOptions, files: names.map((_, index) => `file${index}.tsx`) }));
  const { stdout } = await run(process.execPath, [typescript, '-p', project], { cwd: folder }).catch(
    (error: unknown) => error as { stdout: string },
  );
  const lines = stdout.split('\n').filter((line) => line.includes('error TS'));
  const about = (index: number) => lines.filter((line) => line.startsWith(`file${index}.tsx`));
  const elsewhere = lines.filter((line) => !/^file\d+\.tsx/.test(line));
  return { ...Object.fromEntries(names.map((name, index) => [name, about(index)])), elsewhere };
}
