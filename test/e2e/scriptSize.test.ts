import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { buildBoard } from './boardSite.js';

const ASSETS = 'dist/web/assets';
/** What a person waits for on a slow line before the first ticket shows. */
const SCRIPT_MAX_BYTES = 150_000;

beforeAll(() => buildBoard(), 120_000);

it('the script of the board stays small', async () => {
  const scripts = (await readdir(ASSETS)).filter((name) => name.endsWith('.js'));
  const sizes = await Promise.all(scripts.map(async (name) => gzipSync(await readFile(join(ASSETS, name))).length));

  expect(scripts.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(SCRIPT_MAX_BYTES);
});
