import type { DriveStore } from './driveStore.js';
import type { FileStore } from './fileStore.js';
import type { Bucket } from './s3Driver.js';

/** A folder of this machine, or a bucket of a service that speaks S3. */
export type FilePlace = { readonly folder: string } | Bucket;

/** The storage that the settings name. What it needs is loaded, and its place looked at, when it is first used. */
export function openFileStore(place: FilePlace): FileStore {
  let opened: Promise<FileStore> | undefined;
  const store = () => (opened ??= storeAt(place));
  return {
    put: async (...asked) => (await store()).put(...asked),
    read: async (...asked) => (await store()).read(...asked),
    remove: async (id) => (await store()).remove(id),
    claim: async (owner) => (await store()).claim(owner),
    give: async (owner) => (await store()).give(owner),
    owner: async () => (await store()).owner(),
    async *list() {
      yield* (await store()).list();
    },
    sweepUnfinished: async (before) => (await store()).sweepUnfinished(before),
  };
}

async function storeAt(place: FilePlace): Promise<DriveStore> {
  const { DriveStore: Store } = await import('./driveStore.js');
  if ('folder' in place) return new Store(new (await import('./diskDriver.js')).DiskDriver(place.folder));
  return new Store((await import('./s3Driver.js')).bucketDriver(place));
}
