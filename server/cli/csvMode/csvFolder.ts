import { mkdir, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RefusedConfiguration } from '../../config.js';
import { copyDurably, digestOfFile, moveDurably, writeDurably } from './durableFiles.js';

export const tableNames = ['developers', 'tickets'] as const;
export type TableName = (typeof tableNames)[number];

const HIDDEN = '.baton';
/**
 * Beside each table: `base`, what it held when it was last equal to the database; `next`, what is about to be written into it;
 * `edited`, what somebody made of it and is being taken over; `draft`, a file that has no name yet.
 */
type Copy = 'base' | 'next' | 'edited' | 'draft';

/** A folder with `developers.csv` and `tickets.csv`. Every change of a file is whole and durable, or did not happen. */
export class CsvFolder {
  private constructor(readonly path: string) {}

  /** @throws RefusedConfiguration it is no folder. */
  static async open(path: string): Promise<CsvFolder> {
    const real = await realpath(path).catch(() => null);
    if (real === null || !(await stat(real)).isDirectory()) throw new RefusedConfiguration(`${path} is not a folder`);
    return new CsvFolder(real);
  }

  fileOf = (name: TableName): string => join(this.path, `${name}.csv`);
  copyOf = (name: TableName, copy: Copy): string => join(this.path, HIDDEN, `${name}.${copy}.csv`);
  digestOf = (name: TableName, copy?: Copy): Promise<string | null> =>
    digestOfFile(copy ? this.copyOf(name, copy) : this.fileOf(name));

  /** Changes whenever somebody has written the file; null: there is none. */
  async stampOf(name: TableName): Promise<string | null> {
    const found = await stat(this.fileOf(name), { bigint: true }).catch(() => null);
    return found && `${found.mtimeNs} ${found.size} ${found.ino}`;
  }

  /** @returns the digest of the copy; null when there is no file. */
  async take(name: TableName, copy: 'base' | 'edited'): Promise<string | null> {
    await mkdir(join(this.path, HIDDEN), { recursive: true });
    return copyDurably(this.fileOf(name), this.copyOf(name, copy), this.copyOf(name, 'draft'));
  }

  async prepare(name: TableName, content: AsyncIterable<string>): Promise<string> {
    await mkdir(join(this.path, HIDDEN), { recursive: true });
    return writeDurably(this.copyOf(name, 'next'), this.copyOf(name, 'draft'), content);
  }

  /** Makes the prepared content the file's. */
  async put(name: TableName): Promise<void> {
    await copyDurably(this.copyOf(name, 'next'), this.fileOf(name), this.copyOf(name, 'draft'));
    await this.settle(name, 'next');
  }

  /** The file holds what this copy does: changes are told from it now on. */
  async settle(name: TableName, copy: 'next' | 'edited'): Promise<void> {
    await moveDurably(this.copyOf(name, copy), this.copyOf(name, 'base'));
    if (copy !== 'next') await this.discard(name, 'next');
  }

  discard = (name: TableName, copy: Copy): Promise<void> => rm(this.copyOf(name, copy), { force: true });
}
