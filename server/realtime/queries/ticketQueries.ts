import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { QueryReader, TicketWindow } from '../../features/tickets/ticketWindow.queries.js';
import type { Logger } from '../../kernel/logger.js';
import type { LiveStream } from '../liveStream.js';
import { ProjectFeed } from './projectFeed.js';
import { ProjectList } from './projectList.js';
import { matcherOf, type QuerySpec } from './querySpec.js';
import { SharedQuery } from './sharedQuery.js';
import { TicketPool } from './ticketPool.js';
import { keptRows } from './topRows.js';

export interface TicketQueriesOptions {
  readonly reader: QueryReader;
  readonly streams: { hold(projectId: string): LiveStream; release(stream: LiveStream): void };
  readonly logger: Logger;
  /** Decides instead of the filter: for a test that plants a wrong one. */
  readonly matcher?: typeof matcherOf;
}

/** A query that nobody follows any more is kept this long: whoever comes back goes on by cursor. */
const LINGER_MS = 10_000;
/** Queries that are read at the same time: commands want the database too. */
const READS = 2;
const RETRY_MS = 250;

/** The live queries of this process: each question is one, however many ask it. */
export class TicketQueries {
  readonly everyProject: ProjectList;
  private readonly queries = new Map<string, { query: SharedQuery; holders: number; linger: NodeJS.Timeout | null }>();
  private readonly feeds = new Map<string, ProjectFeed>();
  private readonly pool = new TicketPool();
  private readonly turn = pLimit(READS);

  constructor(private readonly options: TicketQueriesOptions) {
    this.everyProject = new ProjectList(() => options.reader.projects(), options.logger);
  }

  get size(): number {
    return this.queries.size;
  }

  /** The query of this spec, kept true until {@link release}. */
  hold(spec: QuerySpec): SharedQuery {
    const known = this.queries.get(spec.identity);
    if (known) {
      known.holders++;
      if (known.linger) clearTimeout(known.linger);
      known.linger = null;
      return known.query;
    }
    const query = this.begin(spec);
    this.queries.set(spec.identity, { query, holders: 1, linger: null });
    query.reread();
    return query;
  }

  release(query: SharedQuery): void {
    const known = this.queries.get(query.spec.identity);
    if (known?.query !== query || --known.holders > 0) return;
    known.linger = setTimeout(() => this.end(query), LINGER_MS).unref();
  }

  close(): void {
    for (const { query, linger } of this.queries.values()) {
      if (linger) clearTimeout(linger);
      this.end(query);
    }
  }

  private begin(spec: QuerySpec): SharedQuery {
    const { scope, projects, filter } = spec;
    const feeds = projects.map((id) => this.feedOf(id));
    const query = new SharedQuery(spec, {
      matches: (this.options.matcher ?? matcherOf)(spec),
      headOf: (slot) => feeds[slot]?.head ?? 0,
      read: () => this.read(query, feeds),
    });
    const staffOf = new Set(scope.staffOf);
    feeds.forEach((feed, slot) =>
      feed.join(query, slot, filter, staffOf.has(feed.stream.ref.id) ? null : scope.customerId),
    );
    return query;
  }

  private end(query: SharedQuery): void {
    this.queries.delete(query.spec.identity);
    for (const projectId of query.spec.projects) {
      const feed = this.feeds.get(projectId);
      feed?.leave(query);
      if (!feed?.isIdle) continue;
      this.feeds.delete(projectId);
      feed.close();
      this.options.streams.release(feed.stream);
    }
  }

  private feedOf(projectId: string): ProjectFeed {
    const known = this.feeds.get(projectId);
    if (known) return known;
    const stream = this.options.streams.hold(projectId);
    const made = new ProjectFeed(stream, (ticket) => this.pool.share(ticket));
    this.feeds.set(projectId, made);
    return made;
  }

  private async read(query: SharedQuery, feeds: readonly ProjectFeed[]): Promise<TicketWindow | null> {
    const { scope, projects, filter, sort, limit } = query.spec;
    const request = { scope, customerId: scope.customerId, projects, filter, sort, rows: keptRows(limit) };
    while (this.queries.get(query.spec.identity)?.query === query) {
      try {
        // The streams first: an event that this reading misses must come by them.
        await Promise.all(feeds.map((feed) => feed.opened()));
        const window = await this.turn(() => this.options.reader.window(request));
        return { ...window, rows: window.rows.map((row) => this.pool.share(row)) };
      } catch (error) {
        this.options.logger.debug({ query: query.spec.hash, error: String(error) }, 'a live query could not be read');
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
    return null;
  }
}
