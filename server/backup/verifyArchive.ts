import { createHash, type Hash } from 'node:crypto';
import { BadBackup } from './badBackup.js';
import { linesOf, readArchive, type Entry } from './archiveReader.js';
import { entryNames, fileLine, Manifest, MANIFEST } from './manifest.js';

/** Which JSON values a column of each type may hold. */
const kindsOf: Readonly<Record<string, readonly string[]>> = {
  text: ['string'],
  instant: ['string'],
  day: ['string'],
  json: ['string'],
  boolean: ['boolean'],
  integer: ['number'],
  real: ['number'],
};

interface SeenPart {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}
interface SeenTable {
  readonly parts: Map<string, SeenPart>;
  /** Of each column, in their order. */
  readonly kinds: Set<string>[];
}

/** What a backup was seen to hold, compared with what it says it holds. Its memory grows with parts, not with rows or files. */
class Inspection {
  private readonly tables = new Map<string, SeenTable>();
  private readonly filesSeen: Hash = createHash('sha256');
  private readonly filesTold: Hash = createHash('sha256');
  private counted = { count: 0, bytes: 0, missing: 0 };
  private manifest: Manifest | null = null;

  async see({ name, content }: Entry): Promise<void> {
    if (this.manifest) throw new BadBackup(`${name} comes after its manifest`);
    const [, table] = entryNames.part.exec(name) ?? [];
    const [, file] = entryNames.file.exec(name) ?? [];
    const [, missing] = entryNames.missing.exec(name) ?? [];
    if (table !== undefined) return this.seePart(table, name, content);
    if (file !== undefined) return this.seeFile(file, content);
    if (missing !== undefined) return this.seeMissing(missing, content);
    if (name !== MANIFEST) throw new BadBackup(`"${name.slice(0, 100)}" is not a name of a file in a backup`);
    this.manifest = parseManifest(content);
  }

  private async seePart(table: string, name: string, content: Buffer): Promise<void> {
    const seen = this.tables.get(table) ?? { parts: new Map<string, SeenPart>(), kinds: [] };
    this.tables.set(table, seen);
    if (seen.parts.has(name)) throw new BadBackup(`${name} is in it twice`);
    const lines = await linesOf(content);
    for (const line of lines) {
      const row = parseRow(line, name);
      if (seen.parts.size === 0 && seen.kinds.length === 0) seen.kinds.push(...row.map(() => new Set<string>()));
      if (row.length !== seen.kinds.length) throw new BadBackup(`a row of ${table} has another number of values`);
      for (const [at, value] of row.entries()) if (value !== null) seen.kinds[at]?.add(typeof value);
      if (table === 'stored_files') this.filesTold.update(lineOfFile(row));
    }
    seen.parts.set(name, { rows: lines.length, bytes: content.length, sha256: sha256Of(content) });
  }

  private seeFile(id: string, content: Buffer): void {
    this.filesSeen.update(fileLine(id, sha256Of(content), content.length));
    this.counted.count++;
    this.counted.bytes += content.length;
  }

  private seeMissing(id: string, content: Buffer): void {
    const [sha256 = '', size = ''] = content.toString().split(' ');
    this.filesSeen.update(fileLine(id, sha256, Number(size)));
    this.counted.missing++;
  }

  end(): Manifest {
    const { manifest, counted } = this;
    if (!manifest) throw new BadBackup('it has no manifest');
    for (const table of manifest.tables) this.compare(table);
    const told = new Set(manifest.tables.map(({ name }) => name));
    for (const name of this.tables.keys())
      if (!told.has(name)) throw new BadBackup(`its manifest does not know the table ${name}`);
    const [seen, rows] = [this.filesSeen.digest('hex'), this.filesTold.digest('hex')];
    const { files } = manifest;
    const agree = files === null ? counted.count + counted.missing === 0 : seen === files.sha256 && seen === rows;
    const same = files === null || (['count', 'bytes', 'missing'] as const).every((of) => files[of] === counted[of]);
    if (!agree || !same) throw new BadBackup('its attachments are not those that its tables tell of');
    return manifest;
  }

  private compare({ name, columns, rows, parts }: Manifest['tables'][number]): void {
    const seen = this.tables.get(name) ?? { parts: new Map<string, SeenPart>(), kinds: [] };
    if (seen.parts.size !== parts.length)
      throw new BadBackup(`it has ${seen.parts.size} of ${parts.length} parts of ${name}`);
    for (const part of parts) {
      const is = seen.parts.get(part.name);
      if (is?.rows !== part.rows || is.bytes !== part.bytes || is.sha256 !== part.sha256)
        throw new BadBackup(`${part.name} is not what its manifest says`);
    }
    if (parts.reduce((sum, part) => sum + part.rows, 0) !== rows)
      throw new BadBackup(`it has another number of rows of ${name} than its manifest says`);
    if (rows > 0 && seen.kinds.length !== columns.length)
      throw new BadBackup(`the rows of ${name} have other columns than its manifest says`);
    for (const [at, { name: column, type }] of columns.entries())
      for (const kind of seen.kinds[at] ?? [])
        if (!kindsOf[type]?.includes(kind)) throw new BadBackup(`${name}.${column} holds a ${kind}, and is ${type}`);
  }
}

/** These are its first columns since it was made. */
const lineOfFile = ([id, sha256, size]: readonly unknown[]): string =>
  fileLine(String(id), String(sha256), Number(size));

const sha256Of = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

function parseRow(line: string, where: string): unknown[] {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    row = null;
  }
  if (!Array.isArray(row)) throw new BadBackup(`a line of ${where} is no row`);
  return row as unknown[];
}

function parseManifest(content: Buffer): Manifest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content.toString());
  } catch {
    throw new BadBackup('its manifest is no JSON');
  }
  const { success, data, error } = Manifest.safeParse(parsed);
  if (success) return data;
  const [issue] = error.issues;
  throw new BadBackup(`its manifest is not one that this version reads: ${issue?.path.join('.')} ${issue?.message}`);
}

/**
 * Reads all of a backup and compares it with what it says of itself.
 * @throws BadBackup says what is wrong.
 */
export async function verifyArchive(
  file: string,
  progress: (bytes: number) => void = () => undefined,
): Promise<Manifest> {
  const inspection = new Inspection();
  for await (const entry of readArchive(file, progress)) await inspection.see(entry);
  return inspection.end();
}
