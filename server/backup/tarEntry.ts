import { pack } from 'tar-stream';
import { CHECKSUM } from './manifest.js';

/** What ends a tar file. */
const END_BYTES = 1_024;

/** A file of an archive as its bytes there: a head, the content, and zeros up to the next block. */
export async function tarEntry(name: string, content: Buffer, at: Date): Promise<Buffer> {
  return (await archiveOf(name, content, at)).subarray(0, -END_BYTES);
}

/** The end of a backup: the digest of all bytes before it, as one more file, and what ends a tar file. */
export const trailer = (sha256: string): Promise<Buffer> =>
  archiveOf(CHECKSUM, Buffer.from(`${sha256}\n`), new Date(0));
export const TRAILER_BYTES = 512 + 512 + END_BYTES;

async function archiveOf(name: string, content: Buffer, mtime: Date): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name, size: content.length, mtime, mode: 0o600, type: 'file' }, content);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
