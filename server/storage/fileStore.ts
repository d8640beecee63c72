import type { Readable } from 'node:stream';

/** What is known of bytes before they come. */
export interface Announced {
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** A file that lies in the storage. */
export interface Found {
  readonly id: string;
  /** Read when it is asked for: most are known to the database, and then nobody asks. */
  readonly changedAt: () => Promise<Date>;
}

/**
 * Where the bytes of attachments are, each file under an id of its own. A file is there whole or not at all: what is written is
 * seen only once it is complete and, on a disk, would outlast a power cut.
 */
export interface FileStore {
  /** Keeps all of `bytes` under the id. When they fail on the way, nothing is kept. */
  put(id: string, bytes: Readable, announced: Announced): Promise<void>;
  /** Bytes `first` to `last`, both included, of a file. @throws {@link FileMissing} */
  read(id: string, first: number, last: number): Promise<Readable>;
  /** Removing what is not there does nothing. */
  remove(id: string): Promise<void>;
  /** Notes whose files these are; a note that is there already stays. */
  claim(owner: string): Promise<void>;
  /** Notes whose files these are from now on, whatever was noted. */
  give(owner: string): Promise<void>;
  /** Null when nobody has put anything there yet. */
  owner(): Promise<string | null>;
  /** Everything that is there, in parts of bounded size; what comes and goes meanwhile may be in them or not. */
  list(): AsyncIterable<readonly Found[]>;
  /** Takes away what was begun before this moment and not ended, by this process or one that died. Returns how many. */
  sweepUnfinished(before: Date): Promise<number>;
}

export class FileMissing extends Error {
  override readonly name = 'FileMissing';
}
