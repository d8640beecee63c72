import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Rows } from './tableRows.js';
import { MANIFEST, type Manifest } from './manifest.js';
import { tarEntry, trailer } from './tarEntry.js';

const compress = promisify(gzip);
/** Fast: the next page is read meanwhile, by the same processors. */
const GZIP = { level: 4 };
/** Of a part before it is compressed. */
const PART_CHARACTERS = 4_000_000;

export class BackupExists extends Error {
  override readonly name = 'BackupExists';
}
type Part = Manifest['tables'][number]['parts'][number];

/** How a name of an unfinished backup begins: whoever makes backups in a folder may remove old ones. */
export const DRAFT = '.unfinished-';

/**
 * Writes a backup under a name that nobody takes for one, and gives it its own when it is whole and would outlast a power cut. What dies on
 * the way leaves the draft behind, and never half a backup.
 */
export class ArchiveWriter {
  private readonly hash = createHash('sha256');
  private written = 0;

  private constructor(
    private readonly path: string,
    private readonly draft: string,
    private readonly handle: FileHandle,
    private readonly at: Date,
  ) {}

  /** @throws BackupExists there is a file of that name, which stays as it is. */
  static async create(file: string, at: Date): Promise<ArchiveWriter> {
    const path = resolve(file);
    if (existsSync(path)) throw new BackupExists(`${file} is there already.`);
    await mkdir(dirname(path), { recursive: true });
    const draft = join(dirname(path), `${DRAFT}${basename(path)}-${randomUUID().slice(0, 8)}`);
    return new ArchiveWriter(path, draft, await open(draft, 'wx', 0o600), at);
  }

  async add(name: string, content: Buffer): Promise<void> {
    await this.write(await tarEntry(name, content, this.at));
  }

  /** All rows of a table, compressed while the next ones are read. */
  async addTable(table: string, pages: AsyncIterable<Rows>, told: (rows: number) => void): Promise<Part[]> {
    const parts: Part[] = [];
    let [lines, characters] = [[] as string[], 0];
    let adding: Promise<unknown> = Promise.resolve();
    const end = async () => {
      await adding;
      const name = `tables/${table}/${String(parts.length + 1).padStart(6, '0')}.ndjson.gz`;
      const [rows, text] = [lines.length, `${lines.join('\n')}\n`];
      const part = { name, rows, bytes: 0, sha256: '' };
      parts.push(part);
      [lines, characters] = [[], 0];
      adding = compress(text, GZIP).then(async (content) => {
        part.bytes = content.length;
        part.sha256 = createHash('sha256').update(content).digest('hex');
        await this.add(name, content);
      });
      // Waited for with the next part; until then it is nobody's unhandled rejection.
      adding.catch(() => undefined);
    };
    for await (const page of pages) {
      for (const line of page.lines) {
        lines.push(line);
        characters += line.length;
      }
      told(page.lines.length);
      if (characters >= PART_CHARACTERS) await end();
    }
    if (lines.length > 0) await end();
    await adding;
    return parts;
  }

  /** @returns how many bytes it has */
  async finish(manifest: Manifest): Promise<number> {
    await this.add(MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
    const end = await trailer(this.hash.digest('hex'));
    await this.handle.write(end);
    await this.handle.sync();
    await this.handle.close();
    if (existsSync(this.path)) throw new BackupExists(`${this.path} was made by somebody else meanwhile.`);
    await rename(this.draft, this.path);
    await flushFolder(dirname(this.path));
    return this.written + end.length;
  }

  /** Takes the draft away. After {@link finish} it does nothing. */
  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.draft, { force: true });
  }

  private async write(bytes: Buffer): Promise<void> {
    this.hash.update(bytes);
    this.written += bytes.length;
    await this.handle.write(bytes);
  }
}

/** Makes the new name outlast a power cut. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
