import type { ResyncReason } from '../../contract/live.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import type { PersonAccess, Viewer } from './access.js';
import type { Entry, EntryStream } from './entryStream.js';
import type { Notices } from './notices.js';
import type { Turns } from './turns.js';

/** What one subscription asks for. */
export interface FollowRequest {
  readonly viewer: Viewer;
  /** The cursor that the client holds; the stream goes on after it, or starts at the head without one. */
  readonly lastEventId: string | undefined;
}

/** A stream and a person's access to it, held while they are followed. */
export interface Joined<Of extends Entry> {
  readonly stream: EntryStream<Of>;
  readonly access: PersonAccess;
  leave(): void;
}

/** Where entries come from, and which of them a viewer may see. */
export interface FollowSource<Of extends Entry> {
  readonly turns: Turns;
  readonly join: () => Joined<Of>;
  /** @throws FORBIDDEN when the viewer may no longer follow this stream. */
  readonly demand: (facts: AccessFacts) => void;
  /** What the viewer may see of an entry, or null. Equal views are one object. What it throws ends the stream. */
  readonly view: (entry: Of, facts: AccessFacts) => object | null;
  /** Names all that the view depends on: those with the same audience are shown the same of every entry. */
  readonly audience: (facts: AccessFacts) => string;
  /** Whether the entry withdraws from this viewer something that may have been sent. */
  readonly isTakenFrom: (entry: Of, viewer: Viewer) => boolean;
  readonly delivered: (items: number, way: DeliveryWay) => void;
  readonly resynced: (reason: ResyncReason) => void;
  /** Told when the stream begins, with how it stands; what it returns is called when it ends. */
  readonly began: (place: Place) => () => void;
  readonly notices?: Notices<object> | undefined;
}

/** How a follower stands. */
export interface Place {
  /** The last entry that was sent or is not for the viewer. */
  readonly reached: number;
  readonly target: number;
  readonly waitingBytes: number;
}

/** Sent as one of a group, or by itself. */
export type DeliveryWay = 'group' | 'alone';
