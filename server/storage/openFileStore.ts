import { DiskDriver } from './diskDriver.js';
import { DriveStore } from './driveStore.js';
import type { FileStore } from './fileStore.js';
import type { Bucket } from './s3Driver.js';

/** A folder of this machine, or a bucket of a service that speaks S3. */
export type FilePlace = { readonly folder: string } | Bucket;

/** The storage that the settings name. What it needs is loaded, and its place looked at, when it is first used. */
export function openFileStore(place: FilePlace): FileStore {
  if ('folder' in place) return new DriveStore(new DiskDriver(place.folder));
  let opened: Promise<FileStore> | undefined;
  const store = () => (opened ??= import('./s3Driver.js').then((s3) => new DriveStore(s3.bucketDriver(place))));
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
