import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { BadBackup } from './badBackup.js';
import { trailer, TRAILER_BYTES } from './tarEntry.js';

/** One file of a backup: parts of tables and attachments are bounded, so each fits into memory. */
export interface Entry {
  readonly name: string;
  readonly content: Buffer;
}
const BLOCK = 512;
const LARGEST_ENTRY = 128 * 1024 * 1024;
const LARGEST_PART = 512 * 1024 * 1024;

/**
 * The files of a backup in their order. What is given out first has not been checked yet: that every byte is what was written is known
 * when it has ended.
 * @throws BadBackup it is not a whole, unchanged backup.
 */
export async function* readArchive(file: string, progress: (bytes: number) => void): AsyncGenerator<Entry> {
  const size = await sizeOf(file);
  if (size < TRAILER_BYTES || size % BLOCK !== 0) throw new BadBackup('it ends too early, or is no backup');
  const hash = createHash('sha256');
  let seen = 0;
  const tap = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      progress((seen += chunk.length));
      done(null, chunk);
    },
  });
  const archive = extract();
  // `end` is included.
  const source = createReadStream(file, { end: size - TRAILER_BYTES - 1 });
  const feeding = pipeline(source, tap, archive as unknown as NodeJS.WritableStream);
  feeding.catch(() => undefined);
  try {
    for await (const entry of archive) {
      const { name, size: bytes, type } = entry.header;
      if (type !== 'file') throw new BadBackup(`${name} in it is not a file`);
      if (bytes > LARGEST_ENTRY) throw new BadBackup(`${name} in it is too large`);
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      yield { name, content: Buffer.concat(parts) };
    }
    await feeding;
  } catch (error) {
    throw error instanceof BadBackup ? error : new BadBackup(`it cannot be read: ${(error as Error).message}`);
  } finally {
    source.destroy();
    archive.destroy();
  }
  if (!(await endOf(file, size)).equals(await trailer(hash.digest('hex'))))
    throw new BadBackup('its checksum is another: bytes of it have changed');
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isFile()) return found.size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  throw new BadBackup('there is no such file');
}

async function endOf(file: string, size: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const end = Buffer.alloc(TRAILER_BYTES);
    await handle.read(end, 0, TRAILER_BYTES, size - TRAILER_BYTES);
    return end;
  } finally {
    await handle.close();
  }
}

const expand = promisify(gunzip);

/** The rows of a part of a table. @throws BadBackup */
export async function linesOf(content: Buffer): Promise<string[]> {
  try {
    const text = (await expand(content, { maxOutputLength: LARGEST_PART })).toString();
    if (!text.endsWith('\n')) throw new BadBackup('a part of it does not end');
    return text.slice(0, -1).split('\n');
  } catch (error) {
    throw error instanceof BadBackup ? error : new BadBackup(`a part of it cannot be unpacked: ${String(error)}`);
  }
}
