import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { buildBoard } from './boardSite.js';

const FOLDER = 'dist/web';
/** What a person waits for on a slow line before the first ticket shows. */
const FIRST_MAX_BYTES = 150_000;
/** What comes when a part of the board is shown for the first time. */
const LATER_MAX_BYTES = 60_000;

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  /** Fetched with it. */
  readonly imports?: readonly string[];
}
type Manifest = Readonly<Record<string, Chunk>>;

beforeAll(() => buildBoard(), 120_000);

const read = (name: string) => readFile(join(FOLDER, name), 'utf8');
const sizeOf = async (name: string) => gzipSync(await readFile(join(FOLDER, name))).length;
const manifest = async (): Promise<Manifest> => JSON.parse(await read('.vite/manifest.json')) as Manifest;

/** The scripts of a chunk and of all that it cannot do without. */
function filesWith(chunks: Manifest, name: string, seen = new Set<string>()): Set<string> {
  const { file, imports = [] } = chunks[name]!;
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const one of imports) filesWith(chunks, one, seen);
  return seen;
}

async function firstScripts(chunks: Manifest): Promise<Set<string>> {
  const page = await read('index.html');
  const named = [...page.matchAll(/<(?:script|link rel="modulepreload")[^>]+(?:src|href)="\/([^"]+\.js)"/g)];
  const entries = Object.keys(chunks).filter((name) => chunks[name]!.isEntry);
  return new Set([...named.map(([, file]) => file!), ...entries.flatMap((name) => [...filesWith(chunks, name)])]);
}

it('the script of the first load stays small', async () => {
  const files = [...(await firstScripts(await manifest()))];
  const sizes = await Promise.all(files.map(sizeOf));

  expect(files.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_MAX_BYTES);
});

it('so does every script that comes later', async () => {
  const first = await firstScripts(await manifest());
  const scripts = (await readdir(join(FOLDER, 'assets'))).map((name) => `assets/${name}`);
  const others = scripts.filter((name) => name.endsWith('.js') && !first.has(name));
  const sizes = await Promise.all(others.map(async (name) => [name, await sizeOf(name)] as const));

  expect(others.length).toBeGreaterThan(0);
  expect(sizes.filter(([, size]) => size >= LATER_MAX_BYTES)).toEqual([]);
});
