import type { Readable } from 'node:stream';
import { Disk } from 'flydrive';
import type { DriverContract, WriteOptions } from 'flydrive/types';
import type { Announced, FileStore, Found } from './fileStore.js';

/** What a store needs of a driver beyond what flydrive has. */
export interface StoreDriver extends DriverContract {
  /** @throws FileMissing */
  readRange(key: string, first: number, last: number): Promise<Readable>;
  sweepUnfinished(before: Date): Promise<number>;
  writeOptions(announced: Announced): WriteOptions;
}

/** So many folders, by the last two digits of the ids, which are random: none grows large, and a list can be read in parts. */
const FOLDERS = Array.from({ length: 256 }, (_, nth) => nth.toString(16).padStart(2, '0'));
const ROOT = 'files';
/** What lies beside the files and says whose they are. */
const OWNER = 'owner';
const keyOf = (id: string): string => `${ROOT}/${id.slice(-2)}/${id}`;

/** Files behind flydrive, on whatever the driver writes to. */
export class DriveStore implements FileStore {
  private readonly disk: Disk;

  constructor(private readonly driver: StoreDriver) {
    this.disk = new Disk(driver);
  }

  put(id: string, bytes: Readable, announced: Announced): Promise<void> {
    return this.disk.putStream(keyOf(id), bytes, this.driver.writeOptions(announced));
  }

  read(id: string, first: number, last: number): Promise<Readable> {
    return this.driver.readRange(keyOf(id), first, last);
  }

  remove(id: string): Promise<void> {
    return this.disk.delete(keyOf(id));
  }

  async claim(owner: string): Promise<void> {
    if ((await this.owner()) === null) await this.disk.put(OWNER, owner);
  }

  give(owner: string): Promise<void> {
    return this.disk.put(OWNER, owner);
  }

  async owner(): Promise<string | null> {
    return (await this.disk.exists(OWNER)) ? this.disk.get(OWNER) : null;
  }

  async *list(): AsyncIterable<readonly Found[]> {
    for (const folder of FOLDERS) {
      let paginationToken: string | undefined;
      do {
        const page = await this.disk.listAll(
          `${ROOT}/${folder}`,
          paginationToken === undefined ? {} : { paginationToken },
        );
        const found: Found[] = [];
        for (const object of page.objects) {
          if (!object.isFile) continue;
          const { name: id } = object;
          found.push({ id, changedAt: async () => (await object.getMetaData()).lastModified });
        }
        if (found.length > 0) yield found;
        ({ paginationToken } = page);
      } while (paginationToken !== undefined);
    }
  }

  sweepUnfinished(before: Date): Promise<number> {
    return this.driver.sweepUnfinished(before);
  }
}
