import type { Task } from '../../../contract/task.js';
import type { Ticket, TicketReply } from '../../../contract/ticket.js';
import { answered, type Creation } from './creations.js';
import type { Guess } from './guesses.js';

/** The event that a mutation's reply names: `seq` counts within a project. */
export type Doing = Pick<TicketReply, 'projectId' | 'seq'>;

/** One mutation that is shown before its event has come. */
export interface Shown {
  /** `reply` as the server gave it. */
  done(reply: Doing): void;
  /** It was not done, or nobody will ever know: nothing of it is shown any more. */
  undone(): void;
}

/** A list that shows guesses, as far as it has come. */
export interface Watcher {
  /** The ticket as its stream has it. */
  base(ticketId: string): Ticket | undefined;
  /** Its stream has come to the event of this ticket, or will never tell of it. */
  hasPassed(ticketId: string, by: Doing): boolean;
  /** What is shown of the ticket may be something else now. */
  changed(ticketId: string): void;
  /** The tickets that were made here may be others now. */
  created(): void;
}

/**
 * A list of all projects tells only by the rows that it shows how far it has come: so what was done is remembered for a while,
 * until every list has come to it, or so many others were done since.
 */
const REMEMBERED = 500;

interface Entry {
  readonly guess: Guess;
  /** Null until the server has answered. */
  by: Doing | null;
}

/**
 * What mutations under way will make of tickets, laid over whatever the streams say: in the order of the calls, on top of what
 * others do meanwhile. An entry is over for a list exactly when the list's stream has brought the event that the reply named,
 * or a later one of the ticket; lists may have come differently far.
 */
export class Overlay {
  private readonly entries = new Map<string, Entry[]>();
  /** Those that were done, the oldest first. */
  private readonly done = new Set<Entry>();
  private readonly made = new Map<string, Creation>();
  private readonly watchers = new Set<Watcher>();
  /** Of each ticket the last mutation: the next one waits for it, so that they are done in the order in which they are shown. */
  private readonly turns = new Map<string, Promise<unknown>>();

  /** Whether anybody would see a guess. */
  get isWatched(): boolean {
    return this.watchers.size > 0;
  }

  /** Tickets made here that some list may not have yet. */
  get creations(): Iterable<Creation> {
    return this.made.values();
  }

  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
      this.tidy();
    };
  }

  show(guess: Guess): Shown {
    const { ticketId } = guess;
    const entry: Entry = { guess, by: null };
    this.entries.set(ticketId, [...(this.entries.get(ticketId) ?? []), entry]);
    this.tell(ticketId);
    return {
      done: ({ projectId, seq }) => {
        entry.by = { projectId, seq };
        this.done.add(entry);
        this.tell(ticketId);
        this.tidy();
      },
      undone: () => {
        this.forget(entry);
        this.tell(ticketId);
      },
    };
  }

  create(ticket: Ticket): Shown {
    this.made.set(ticket.id, { ticket, by: null });
    this.tellCreated();
    return {
      done: (reply) => {
        const { projectId, seq } = reply;
        this.made.set(ticket.id, { ticket: answered(ticket, reply as TicketReply | Task), by: { projectId, seq } });
        this.tellCreated();
        this.tidy();
      },
      undone: () => {
        this.made.delete(ticket.id);
        this.tellCreated();
      },
    };
  }

  /** The ticket as it will be; null: it will be gone. The same object while nothing is laid over it. */
  over(ticket: Ticket): Ticket | null {
    let shown: Ticket | null = ticket;
    for (const { guess, by } of this.entries.get(ticket.id) ?? [])
      if (shown && !hasSeen(ticket, by)) shown = guess.apply(shown);
    return shown;
  }

  /** The newest that any list, or the answer to its making, has of the ticket. */
  newest(ticketId: string): Ticket | undefined {
    const made = this.made.get(ticketId)?.ticket;
    return [...this.watchers].reduce((newest, watcher) => {
      const base = watcher.base(ticketId);
      return base && base.version >= (newest?.version ?? 0) ? base : newest;
    }, made);
  }

  /** A list's stream has come further. */
  moved(): void {
    if (this.done.size + this.made.size > 0) this.tidy();
  }

  /** Runs `work` after what was begun for the same ticket before it. */
  inTurn<Result>(ticketId: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.turns.get(ticketId) ?? Promise.resolve();
    const running = before.then(work, work);
    const ended = running.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(ticketId, ended);
    void ended.then(() => this.turns.get(ticketId) === ended && this.turns.delete(ticketId));
    return running;
  }

  private tell(ticketId: string): void {
    for (const watcher of this.watchers) {
      watcher.changed(ticketId);
      if (this.made.has(ticketId)) watcher.created();
    }
  }

  private tellCreated(): void {
    for (const watcher of this.watchers) watcher.created();
  }

  private tidy(): void {
    const isOver = (ticketId: string, by: Doing) =>
      [...this.watchers].every((watcher) => watcher.hasPassed(ticketId, by));
    for (const entry of this.done) {
      const isTooOld = this.done.size > REMEMBERED;
      if (isTooOld || (entry.by && isOver(entry.guess.ticketId, entry.by))) this.forget(entry);
    }
    for (const [id, { by }] of this.made) {
      const isTooOld = by !== null && this.made.size > REMEMBERED;
      if (isTooOld || (by && isOver(id, by))) this.made.delete(id);
    }
  }

  private forget(entry: Entry): void {
    const { ticketId } = entry.guess;
    const kept = (this.entries.get(ticketId) ?? []).filter((other) => other !== entry);
    if (kept.length > 0) this.entries.set(ticketId, kept);
    else this.entries.delete(ticketId);
    this.done.delete(entry);
  }
}

/** A ticket that has left the event's project is further than the event. */
export const hasSeen = ({ projectId, lastSeq }: Ticket, by: Doing | null): boolean =>
  by !== null && (projectId !== by.projectId || lastSeq >= by.seq);
