import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { run, sdk, thePackage } from './consumer.js';

interface Size {
  readonly name: string;
  readonly minifiedKb: number;
  readonly gzippedKb: number;
  readonly budgetKb: number;
}

let tarball: string;
beforeAll(async () => {
  tarball = await thePackage();
}, 300_000);

describe('the entries of the package', () => {
  it('are found with their types by every way of resolving', async () => {
    const { entrypoints, problems } = (await checkPackage(
      createPackageFromTarballData(new Uint8Array(await readFile(tarball))),
    )) as Exclude<Awaited<ReturnType<typeof checkPackage>>, { types: false }>;

    const code = Object.keys(entrypoints).filter((name) => !name.endsWith('package.json'));
    expect(code).toEqual(['.', './react', './tanstack']);
    for (const name of code) {
      expect(Object.keys(entrypoints[name]?.resolutions ?? {})).toEqual([
        'node10',
        'node16-cjs',
        'node16-esm',
        'bundler',
      ]);
    }
    expect(problems).toEqual([]);
  });

  it('are as small as the README says; when they are meant to grow: npm run sdk', async () => {
    const { stdout } = await run(process.execPath, [join(sdk, 'sizes.mjs')]);
    const sizes = JSON.parse(stdout) as Size[];
    const readme = await readFile(join(sdk, 'README.md'), 'utf8');

    expect(sizes.length).toBeGreaterThan(3);
    for (const { name, minifiedKb, gzippedKb, budgetKb } of sizes) {
      const row = readme.split('\n').find((line) => line.startsWith(`| ${name} |`));
      const [, , minified, gzipped] = (row ?? '').split('|').map(Number);
      expect(gzippedKb, name).toBeLessThanOrEqual(budgetKb);
      // A compressor of another version may differ by a little.
      expect(Math.abs((minified ?? 0) - minifiedKb), name).toBeLessThanOrEqual(0.2);
      expect(Math.abs((gzipped ?? 0) - gzippedKb), name).toBeLessThanOrEqual(0.2);
    }
  });
});
