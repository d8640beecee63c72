import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FSDriver } from 'flydrive/drivers/fs';
import type { WriteOptions } from 'flydrive/types';
import { FileMissing } from './fileStore.js';
import type { StoreDriver } from './driveStore.js';

/** Beside the files, on the same disk: a rename must not have to copy. */
const DRAFTS = 'incoming';

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * flydrive's driver of a local folder, made to outlast a crash. As it is, it writes straight to the place itself, where half a file
 * would be taken for a whole one, and when the bytes fail it answers before the file was even made, which then stays.
 */
export class DiskDriver extends FSDriver implements StoreDriver {
  private readonly root: string;

  constructor(folder: string) {
    const location = resolve(folder);
    super({ location, visibility: 'private' });
    this.root = location;
  }

  override async putStream(key: string, contents: Readable): Promise<void> {
    const [from, to] = [join(this.root, DRAFTS, basename(key)), join(this.root, key)];
    await mkdir(dirname(from), { recursive: true });
    const draft = await open(from, 'wx');
    try {
      await pipeline(contents, draft.createWriteStream({ flush: true }));
      await mkdir(dirname(to), { recursive: true });
      await rename(from, to);
    } catch (error) {
      await rm(from, { force: true });
      throw error;
    }
    // The name is in the folder, and the folder may be new in its own.
    for (const folder of [dirname(to), dirname(dirname(to))]) await flush(folder);
  }

  async readRange(key: string, start: number, end: number): Promise<Readable> {
    const path = join(this.root, key);
    const file = await open(path).catch((error: unknown) => {
      throw isMissing(error) ? new FileMissing(key) : error;
    });
    return file.createReadStream({ start, end });
  }

  async sweepUnfinished(before: Date): Promise<number> {
    const folder = join(this.root, DRAFTS);
    const names = await readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    let swept = 0;
    for (const path of names.map((name) => join(folder, name))) {
      const { mtime } = await stat(path).catch(() => ({ mtime: before }));
      if (mtime >= before) continue;
      await rm(path, { force: true });
      swept++;
    }
    return swept;
  }

  writeOptions(): WriteOptions {
    return {};
  }
}

/** Makes the names in a folder outlast a power cut. */
async function flush(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
