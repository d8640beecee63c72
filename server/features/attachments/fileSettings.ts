import type { FileStore } from '../../storage/fileStore.js';
import type { Scanner } from '../../storage/scanner.js';

/** What attachments work with; made by app.ts. */
export interface FileSettings {
  readonly store: FileStore;
  /** Null: nobody looks into files. */
  readonly scanner: Scanner | null;
  /** Of all attachments of a project's tickets together; null: as much as there is room for. */
  readonly quotaBytes: number | null;
  /** Without a byte of an upload. */
  readonly idleMs: number;
  /** For all of an upload. */
  readonly uploadMs: number;
}

export const uploadTimes = { idleMs: 20_000, uploadMs: 10 * 60_000 } as const;
