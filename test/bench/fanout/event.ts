import { idOf, nameOf } from '../world.js';

/** What a follower is sent, about: the text of the event without protocol, frame or cursor. */
export const EVENT_BYTES = 600;

/** The project that is followed, and one of its tickets. */
export const followed = { projectId: idOf('project', 1), ticketId: idOf('ticket', 1) };

/** Posted to the servers that make up their events: how many at once, how long, and in how many projects each, the first of the world's. */
export interface Publish {
  readonly events: number;
  readonly bytes: number;
  readonly projects: number;
}

const first: string[] = [];
/** Of these projects the events are. Those that were followed before are not among them. */
export function followedIn({ projects }: Publish): readonly string[] {
  while (first.length < projects) first.push(idOf('project', first.length + 1));
  return first.slice(0, projects);
}

/** An event as Baton makes one of a comment. The other servers send this one, so that all send the same number of bytes. */
const commentCreated = (seq: number, content: string) => ({
  kind: 'event',
  seq,
  id: idOf('session', seq),
  type: 'comment.created',
  ...followed,
  actor: { id: idOf('user', 1), name: nameOf(1) },
  at: '2026-11-22T00:00:00.000Z',
  payload: {
    comment: {
      id: idOf('member', seq),
      ticketId: followed.ticketId,
      userId: idOf('user', 1),
      userName: nameOf(1),
      content,
      visibility: 'PUBLIC',
      parentId: null,
      version: 1,
      createdAt: '2026-11-22T00:00:00.000Z',
      updatedAt: '2026-11-22T00:00:00.000Z',
      deletedAt: null,
    },
  },
});

/** What an event of this comment holds besides is nearly as long as {@link EVENT_BYTES}. */
const besides = JSON.stringify(commentCreated(100, '')).length;
const fillers = new Map<number, string>();

/** Fills an event up to so many bytes. All events of a length share one, so that a log of them takes no room. */
export function commentFor(bytes: number): string {
  const filler = fillers.get(bytes) ?? '.'.repeat(Math.max(10, bytes - besides));
  fillers.set(bytes, filler);
  return filler;
}

export const sampleEvent = (seq: number, bytes: number) => commentCreated(seq, commentFor(bytes));

/** As long as Baton's. */
export const sampleCursor = (seq: number): string => `${idOf('project', 1)}.${seq}`;
