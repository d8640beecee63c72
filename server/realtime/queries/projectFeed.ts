import type { Ticket } from '../../../contract/ticket.js';
import type { TicketFilter } from '../../features/tickets/ticketMatch.js';
import type { LogEntry, ProjectEntry } from '../eventLog.js';
import type { StreamListener } from '../entryStream.js';
import type { LiveStream } from '../liveStream.js';
import { PredicateIndex } from './predicateIndex.js';
import type { SharedQuery } from './sharedQuery.js';
import { ticketChangeOf, type TicketChange } from './ticketChange.js';

/** A query's place in one project: its number in the list of the query's projects. */
interface Member {
  readonly query: SharedQuery;
  readonly slot: number;
}

/** Hands a project's events, in order, to those of its live queries that they may concern. */
export class ProjectFeed implements StreamListener<LogEntry> {
  /** The last event that was handed out. */
  head = 0;
  private generation = 0;
  private isAttached = false;
  private readonly index = new PredicateIndex<Member>();
  private readonly members = new Map<SharedQuery, Member>();

  constructor(
    readonly stream: LiveStream,
    /** The object that stands for this version of a ticket everywhere. */
    private readonly share: (ticket: Ticket) => Ticket,
  ) {}

  get isIdle(): boolean {
    return this.members.size === 0;
  }

  /** Resolves when every event after some number, told by `head`, comes here. Whatever is read from then on has those before. */
  async opened(): Promise<void> {
    await this.stream.opened();
    if (this.isAttached) return;
    this.isAttached = true;
    this.stream.attach(this);
    this.begin();
  }

  join(query: SharedQuery, slot: number, filter: TicketFilter, reporterId: string | null): void {
    const member = { query, slot };
    this.members.set(query, member);
    this.index.add(member, filter, reporterId);
  }

  leave(query: SharedQuery): void {
    const member = this.members.get(query);
    if (member) this.index.remove(member);
    this.members.delete(query);
  }

  close(): void {
    this.stream.detach(this);
  }

  push(entries: readonly LogEntry[]): null {
    for (const entry of entries) this.take(entry);
    return null;
  }

  private take(entry: LogEntry): void {
    const { seq } = entry;
    if (seq <= this.head) return;
    const change = seq === this.head + 1 ? ticketChangeOf((entry as ProjectEntry).event) : 'unknown';
    for (const query of this.members.keys()) if (isUntold(change, query)) query.reread();
    this.head = seq;
    if (change === 'unknown' || change === null) return;
    const after = this.share(change.after);
    const images = change.before ? [change.before, after] : [after];
    for (const { query, slot } of this.index.candidates(images)) query.take(slot, { ...change, after });
  }

  withdrawn({ event }: LogEntry): void {
    if (event.type !== 'ticket.moved') return;
    for (const query of this.members.keys()) query.withdraw();
  }

  /** The log turned out not to be the one that was followed. */
  wake(): void {
    if (!this.isAttached || this.stream.generation === this.generation) return;
    for (const query of this.members.keys()) query.lose();
    this.begin();
  }

  private begin(): void {
    this.generation = this.stream.generation;
    this.head = this.stream.head;
  }
}

/** Whether an event may do to the query's rows what it does not tell: a ticket that came may still be shown where it left. */
const isUntold = (change: TicketChange | 'unknown' | null, { spec }: SharedQuery): boolean =>
  change === 'unknown' || (change !== null && change.cameFrom !== null && spec.projects.includes(change.cameFrom));
