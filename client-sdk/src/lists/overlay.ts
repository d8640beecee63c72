import type { Ticket, TicketReply } from '../../../contract/ticket.js';
import type { Guess } from './guesses.js';

/** The event that a mutation's reply names: `seq` counts within a project. */
export type Doing = Pick<TicketReply, 'projectId' | 'seq'>;

/** One mutation that is shown before its event has come. */
export interface Shown {
  done(by: Doing): void;
  /** It was not done, or nobody will ever know: nothing of it is shown any more. */
  undone(): void;
}

/** A list that shows guesses, as far as it has come. */
export interface Watcher {
  /** The ticket as its stream has it. */
  base(ticketId: string): Ticket | undefined;
  /** What is shown of the ticket may be something else now. */
  changed(ticketId: string): void;
}

/**
 * A list without the ticket may be behind its event, and show the ticket again as it was before: so what was done is remembered for
 * a while, until every list has the ticket as it became, or so many others were done since.
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
  private readonly watchers = new Set<Watcher>();
  /** Of each ticket the last mutation: the next one waits for it, so that they are done in the order in which they are shown. */
  private readonly turns = new Map<string, Promise<unknown>>();

  /** Whether anybody would see a guess. */
  get isWatched(): boolean {
    return this.watchers.size > 0;
  }

  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
      for (const entry of this.done) if (this.isSeen(entry)) this.forget(entry);
    };
  }

  show(guess: Guess): Shown {
    const { ticketId } = guess;
    const entry: Entry = { guess, by: null };
    this.entries.set(ticketId, [...(this.entries.get(ticketId) ?? []), entry]);
    this.tell(ticketId);
    return {
      done: (by) => {
        entry.by = by;
        this.done.add(entry);
        this.tell(ticketId);
        this.tidy(ticketId);
      },
      undone: () => {
        this.forget(entry);
        this.tell(ticketId);
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

  /** A list's stream has come further with this ticket. */
  moved(ticketId: string): void {
    if (this.entries.has(ticketId)) this.tidy(ticketId);
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
    for (const watcher of this.watchers) watcher.changed(ticketId);
  }

  private tidy(ticketId: string): void {
    for (const entry of this.entries.get(ticketId) ?? []) if (entry.by && this.isSeen(entry)) this.forget(entry);
    for (const oldest of this.done) {
      if (this.done.size <= REMEMBERED) break;
      this.forget(oldest);
    }
  }

  private isSeen({ guess, by }: Entry): boolean {
    return [...this.watchers].every((watcher) => {
      const base = watcher.base(guess.ticketId);
      return base !== undefined && hasSeen(base, by);
    });
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
const hasSeen = ({ projectId, lastSeq }: Ticket, by: Doing | null): boolean =>
  by !== null && (projectId !== by.projectId || lastSeq >= by.seq);
