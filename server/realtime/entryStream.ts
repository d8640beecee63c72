import type { ResyncReason } from '../../contract/live.js';
import type { AudienceGroup } from './audienceGroup.js';

/** What a stream is made of: numbered 1, 2, 3 … without a gap. */
export interface Entry {
  readonly seq: number;
  /** About how much memory it holds. */
  readonly bytes: number;
}

/** Who is told what happens in a stream. */
export interface StreamListener<Of extends Entry> {
  /**
   * The stream's next entries; they are in memory already, so whoever does not want them now may ask for them later. What it
   * returns resolves when it takes more: the stream reads nothing new until then.
   */
  push(entries: readonly Of[]): Promise<void> | null;
  /** What came of the stream until now may not be sent any more as it was, by reason of this entry. */
  withdrawn(entry: Of): void;
  /** Something changed that is not an entry. */
  wake(): void;
}

/** Entries that are not in memory. */
export interface Loading<Of extends Entry> {
  readonly entries: Promise<readonly Of[]>;
  /** They are not wanted any more: then they may never come. Called once. */
  cancel(): void;
}

/** All that followers know of a stream, whatever its entries are: events of the log, or the changes of a query's result. */
export interface EntryStream<Of extends Entry> {
  /** How far it is known to reach. */
  readonly target: number;
  /** How far its entries can be asked for: those that come later are pushed to listeners. */
  readonly head: number;
  /** Changes when the stream turned out not to continue what was sent: followers then tell a resync. */
  readonly generation: number;
  readonly lostBecause: ResyncReason;
  /** Whether what is in memory could have been withdrawn by entries that should have been read long ago. */
  readonly isStale: boolean;
  /** Those that are caught up and are shown the same, by audience. */
  readonly groups: Map<string, AudienceGroup<Of>>;
  /** Resolves when the head is known. Rejects when it cannot be read; the next call tries again. */
  opened(): Promise<void>;
  attach(listener: StreamListener<Of>): void;
  detach(listener: StreamListener<Of>): void;
  /** The next entries after `seq`. Call it only while `seq < head`. */
  after(seq: number, limit: number): readonly Of[] | Loading<Of>;
  /** What a reader holds that has everything up to `seq`. */
  cursorAt(seq: number): string;
  /** After which entry a reader that holds this cursor goes on, or why it cannot. Rejects like {@link opened}. */
  placeOf(cursor: string): Promise<number | ResyncReason>;
}
