import type { compileFilter } from '../../features/tickets/ticketMatch.js';
import type { LogEntry, ProjectEntry } from '../eventLog.js';
import type { StreamListener } from '../entryStream.js';
import type { LiveStream } from '../liveStream.js';
import { PredicateIndex, type Asked } from './predicateIndex.js';
import { ProjectHeads } from './projectHeads.js';
import type { SharedQuery } from './sharedQuery.js';
import { ticketChangeOf, type TicketChange } from './ticketChange.js';
import type { TicketPool } from './ticketPool.js';

/** A query's place in one project: its number in the list of the query's projects. */
interface Member {
  readonly query: SharedQuery;
  readonly slot: number;
  /** The last change that it was found for, by what the ticket was, and by what it became. */
  before: number;
  after: number;
}

const nobody: readonly never[] = [];

/** Hands a project's events, in order, to those of its live queries that they concern. */
export class ProjectFeed implements StreamListener<LogEntry> {
  /** The last event that was handed out. */
  head = 0;
  private generation = 0;
  private isAttached = false;
  /** How many have been handed out: unlike an event's number, never the same again. */
  private changes = 0;
  /** Of this project alone. */
  readonly heads = new ProjectHeads([this]);
  private readonly index: PredicateIndex<Member>;
  private readonly members = new Map<SharedQuery, Member>();

  constructor(
    readonly stream: LiveStream,
    private readonly pool: TicketPool,
    compile?: typeof compileFilter,
  ) {
    this.index = new PredicateIndex(compile);
  }

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

  join(query: SharedQuery, slot: number, asked: Asked): void {
    const member = { query, slot, before: 0, after: 0 };
    this.members.set(query, member);
    this.index.add(member, asked);
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
    if (change === 'unknown') for (const query of this.members.keys()) query.reread();
    else if (change?.cameFrom) this.rereadShowing(change.cameFrom);
    this.head = seq;
    if (change !== 'unknown' && change !== null) this.hand(change);
  }

  /** A ticket that came may still be shown where it left, and be counted there. */
  private rereadShowing(projectId: string): void {
    for (const query of this.members.keys()) if (query.spec.projects.includes(projectId)) query.reread();
  }

  /** Each image is asked of by itself: that a query shows the one says nothing of the other. */
  private hand({ seq, ...images }: TicketChange): void {
    const before = images.before && this.pool.held(images.before);
    const after = this.pool.share(images.after);
    const was = before ? this.index.matching(before) : nobody;
    const is = this.index.matching(after);
    const stays = { seq, before, after };
    const leaves = { seq, before, after: null };
    const enters = { seq, before: null, after };
    const change = ++this.changes;
    for (const member of was) member.before = change;
    for (const member of is) member.after = change;
    for (const member of was) member.query.take(member.slot, member.after === change ? stays : leaves);
    for (const member of is) if (member.before !== change) member.query.take(member.slot, enters);
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
