import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { pack } from 'tar-stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readArchive } from '../../server/backup/archiveReader.js';
import type { Manifest } from '../../server/backup/manifest.js';
import { tarEntry, trailer } from '../../server/backup/tarEntry.js';

export interface Piece {
  readonly name: string;
  readonly content: Buffer;
}
/** Writes a damaged copy of `good` to `bad`. `random` gives numbers below its argument. */
export type Corruption = (good: string, bad: string, random: (below: number) => number) => Promise<void>;

export async function piecesOf(file: string): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for await (const piece of readArchive(file, () => undefined)) pieces.push(piece);
  return pieces;
}

/** An archive of these files whose checksum is right: only what is in it can be wrong. */
export async function packed(file: string, pieces: readonly Piece[], raw: readonly Buffer[] = []): Promise<void> {
  const parts = [...raw];
  for (const { name, content } of pieces) parts.push(await tarEntry(name, content, new Date(0)));
  const bytes = Buffer.concat(parts);
  await writeFile(file, Buffer.concat([bytes, await trailer(createHash('sha256').update(bytes).digest('hex'))]));
}

const bytes =
  (change: (good: Buffer, random: (below: number) => number) => Buffer): Corruption =>
  async (good, bad, random) =>
    writeFile(bad, change(await readFile(good), random));

const pieces =
  (change: (good: Piece[], random: (below: number) => number) => Piece[]): Corruption =>
  async (good, bad, random) =>
    packed(bad, change(await piecesOf(good), random));

const flip = bytes((good, random) => {
  const at = random(good.length);
  const changed = Buffer.from(good);
  changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
  return changed;
});

/** The manifest after `change`, whatever else is in it. */
const manifest = (change: (manifest: Manifest) => object): Corruption =>
  pieces((good) =>
    good.map((piece) =>
      piece.name === 'manifest.json'
        ? { ...piece, content: Buffer.from(JSON.stringify(change(JSON.parse(piece.content.toString()) as Manifest))) }
        : piece,
    ),
  );

type ToldTable = Manifest['tables'][number];
/** The manifest with another word about one table; of `workflow_rules` there are no rows that could contradict. */
const ofTable = (name: string, change: (table: ToldTable) => object): Corruption =>
  manifest((all) => ({ ...all, tables: all.tables.map((table) => (table.name === name ? change(table) : table)) }));
const EMPTY = 'workflow_rules';

const without = (pattern: RegExp): Corruption =>
  pieces((good, random) => {
    const matching = good.filter(({ name }) => pattern.test(name));
    const gone = matching[random(matching.length)];
    return good.filter((piece) => piece !== gone);
  });
const named = (name: string): Corruption => pieces((good) => [{ name, content: Buffer.from('x') }, ...good]);

/** The content of one part becomes what `change` makes of its lines; the manifest tells of it as it is then, but for the rows. */
const rewritten = (change: (lines: string[]) => string[]): Corruption =>
  pieces((good) => {
    const part = good.find(({ name }) => name.startsWith('tables/tickets/'));
    const lines = gunzipSync(part?.content ?? Buffer.alloc(0))
      .toString()
      .trimEnd()
      .split('\n');
    const content = gzipSync(`${change(lines).join('\n')}\n`);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return good.map((piece) => {
      if (piece === part) return { ...piece, content };
      if (piece.name !== 'manifest.json') return piece;
      const told = JSON.parse(piece.content.toString()) as Manifest;
      for (const one of told.tables.flatMap(({ parts }) => parts))
        if (one.name === part?.name) Object.assign(one, { sha256, bytes: content.length });
      return { ...piece, content: Buffer.from(JSON.stringify(told)) };
    });
  });

/** A link instead of a file, with everything else as it was. */
const linked =
  (type: 'symlink' | 'directory'): Corruption =>
  async (good, bad) => {
    const archive = pack();
    archive.entry({ name: 'tables/users/999999.ndjson.gz', type, linkname: '/etc/passwd' });
    archive.finalize();
    const parts: Buffer[] = [];
    for await (const part of archive) parts.push(part as Buffer);
    await packed(bad, await piecesOf(good), [Buffer.concat(parts).subarray(0, -1_024)]);
  };

export const corruptions: Readonly<Record<string, Corruption>> = {
  'a flipped bit': flip,
  'another flipped bit': flip,
  // Nobody reads it: only the checksum of the whole knows of it.
  'a flipped bit in what fills up a block': bytes((good) => {
    const changed = Buffer.from(good);
    const size = Number.parseInt(good.subarray(124, 136).toString(), 8);
    const last = 512 + 512 * Math.ceil(size / 512) - 1;
    changed[last] = (changed[last] ?? 0) ^ 1;
    return changed;
  }),
  'a cut end': bytes((good, random) => good.subarray(0, 1 + random(good.length - 1))),
  'a cut end, at a block': bytes((good, random) => good.subarray(0, 512 * (1 + random(good.length / 512 - 1)))),
  'something after its end': bytes((good) => Buffer.concat([good, Buffer.alloc(512)])),
  'two blocks that changed places': bytes((good, random) => {
    const changed = Buffer.from(good);
    // From the second on: the first two may both be of zeros.
    const at = 512 * random(good.length / 512 - 6);
    good.copy(changed, at, at + 512, at + 1_024);
    good.copy(changed, at + 512, at, at + 512);
    return changed.equals(good) ? good.subarray(1) : changed;
  }),
  'nothing in it': bytes(() => Buffer.alloc(0)),
  zeros: bytes((good) => Buffer.alloc(good.length)),
  'something else': bytes(() => Buffer.from('PK\u0003\u0004 not a tar'.repeat(400))),
  'a missing part': without(/^tables\//),
  'a missing attachment': without(/^files\//),
  'no manifest': without(/^manifest/),
  'a part twice': pieces((good) => [...good.slice(0, 1), ...good]),
  'an attachment twice': pieces((good) => [
    ...good.filter(({ name }) => name.startsWith('files/')).slice(0, 1),
    ...good,
  ]),
  'two parts that changed names': pieces((good) => {
    const [a, b] = good.filter(({ name }) => name.startsWith('tables/'));
    return good.map((piece) =>
      piece === a ? { ...piece, name: b!.name } : piece === b ? { ...piece, name: a!.name } : piece,
    );
  }),
  'two attachments that changed names': pieces((good) => {
    const [a, b] = good.filter(({ name }) => name.startsWith('files/'));
    return good.map((piece) =>
      piece === a ? { ...piece, name: b!.name } : piece === b ? { ...piece, name: a!.name } : piece,
    );
  }),
  'an attachment with other bytes': pieces((good) =>
    good.map((piece) => (piece.name.startsWith('files/') ? { ...piece, content: Buffer.from('other') } : piece)),
  ),
  'a manifest in the middle': pieces((good) => [...good.slice(-1), ...good.slice(0, -1)]),
  'a manifest that is no JSON': pieces((good) =>
    good.map((piece) => (piece.name === 'manifest.json' ? { ...piece, content: Buffer.from('{') } : piece)),
  ),
  'a manifest that counts wrong': manifest((told) => ({
    ...told,
    tables: told.tables.map((table) => ({ ...table, rows: table.rows + 1 })),
  })),
  'a manifest of another format': manifest((told) => ({ ...told, formatVersion: 2 })),
  'a manifest with a word too many': manifest((told) => ({ ...told, more: 1 })),
  'a manifest without a table': manifest((told) => ({
    ...told,
    tables: told.tables.filter(({ name }) => name !== 'users'),
  })),
  'a manifest that lacks a column': manifest((told) => ({
    ...told,
    tables: told.tables.map((table) =>
      table.name === 'users' ? { ...table, columns: table.columns.slice(1) } : table,
    ),
  })),
  'a manifest that takes numbers for texts': manifest((told) => ({
    ...told,
    tables: told.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => (column.type === 'integer' ? { ...column, type: 'text' } : column)),
    })),
  })),
  'a newer version’s migrations': manifest((told) => ({
    ...told,
    migrations: [...told.migrations, '29990101T0000-later'],
  })),
  'no migrations': manifest((told) => ({ ...told, migrations: [] })),
  'a table with a strange name': manifest((told) => ({
    ...told,
    tables: told.tables.map((table, at) => (at === 0 ? { ...table, name: 'users; DROP TABLE users' } : table)),
  })),
  'migrations that lack the first': manifest((all) => ({ ...all, migrations: all.migrations.slice(1) })),
  'migrations that lack what gave a table its columns': manifest((all) => ({
    ...all,
    migrations: all.migrations.filter((name) => name < '20261127T1900'),
  })),
  'a column by another name': ofTable('users', ({ columns, ...table }) => ({
    ...table,
    columns: columns.map((column) => (column.name === 'name' ? { ...column, name: 'nome' } : column)),
  })),
  'an empty table with a column too few': ofTable(EMPTY, (table) => ({
    ...table,
    columns: table.columns.slice(0, -1),
  })),
  'an empty table with a column too many': ofTable(EMPTY, (table) => ({
    ...table,
    columns: [...table.columns, { name: 'more', type: 'text' }],
  })),
  'an empty table with a column of another type': ofTable(EMPTY, (table) => ({
    ...table,
    columns: table.columns.map((column) => (column.name === 'name' ? { ...column, type: 'integer' } : column)),
  })),
  'a manifest without an empty table': manifest((all) => ({
    ...all,
    tables: all.tables.filter(({ name }) => name !== EMPTY),
  })),
  'a manifest with an empty table that nobody knows': manifest((all) => ({
    ...all,
    tables: [...all.tables, { name: 'strange', columns: [{ name: 'id', type: 'text' }], rows: 0, parts: [] }],
  })),
  'a manifest that tells of a table twice': manifest((all) => ({
    ...all,
    tables: [...all.tables, ...all.tables.filter(({ name }) => name === EMPTY)],
  })),
  'a manifest that knows of no attachments': manifest((all) => ({ ...all, files: null })),
  'an attachment that nobody told of': named('files/01a21c27-86d8-7734-a90a-f20038dea9e8'),
  'a row that is no row': rewritten(([, ...rest]) => ['{"a":1}', ...rest]),
  'a row with a value too many': rewritten(([first = '[]', ...rest]) => [`${first.slice(0, -1)},1]`, ...rest]),
  'a row that is missing': rewritten((lines) => lines.slice(1)),
  'a part that is no gzip': pieces((good) =>
    good.map((piece) => (piece.name.startsWith('tables/users/') ? { ...piece, content: Buffer.from('plain') } : piece)),
  ),
  'a name that leads out': named('../../../../tmp/out'),
  'a name from the root': named('/etc/cron.d/out'),
  'a file’s name that leads out': named('files/../../out'),
  'a part’s name that leads out': named('tables/../x/000001.ndjson.gz'),
  'a name with a backslash': named('files\\..\\out'),
  'a link': linked('symlink'),
  'a folder': linked('directory'),
};
