import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** What a file holds, as a digest; null when there is none. */
export async function digestOfFile(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * Writes a file that is there as a whole or not at all, also after a power failure.
 * @param draft where it is written before it gets its name; on the same disk.
 * @returns its digest.
 */
export async function writeDurably(
  file: string,
  draft: string,
  content: AsyncIterable<string | Buffer>,
): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(draft, 'w');
  try {
    for await (const part of content) {
      hash.update(part);
      await handle.writeFile(part);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await moveDurably(draft, file);
  return hash.digest('hex');
}

/** Gives a file another name, over one that has it. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  const folder = await open(dirname(to), 'r');
  // Some file systems cannot make a folder durable by itself.
  await folder.sync().catch(() => undefined);
  await folder.close();
}

/** Opened by whoever reads it, who is then told that there is none. */
async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  yield* createReadStream(file) as AsyncIterable<Buffer>;
}

/** @returns the digest of what was copied; null when there is no such file. */
export async function copyDurably(from: string, to: string, draft: string): Promise<string | null> {
  try {
    return await writeDurably(to, draft, bytesOf(from));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
