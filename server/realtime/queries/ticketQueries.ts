import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { QueryReader, TicketWindow } from '../../features/tickets/ticketWindow.queries.js';
import type { compileFilter } from '../../features/tickets/ticketMatch.js';
import type { Logger } from '../../kernel/logger.js';
import { Lingering } from '../lingering.js';
import type { LiveStream } from '../liveStream.js';
import { ProjectFeed } from './projectFeed.js';
import { ProjectHeads } from './projectHeads.js';
import { ProjectList } from './projectList.js';
import type { QuerySpec } from './querySpec.js';
import { SharedQuery } from './sharedQuery.js';
import { TicketPool } from './ticketPool.js';
import { keptRows } from './topRows.js';

export interface TicketQueriesOptions {
  readonly reader: QueryReader;
  readonly streams: { hold(projectId: string): LiveStream; release(stream: LiveStream): void };
  readonly logger: Logger;
  /** Decides on filters, as far as they are not looked up: for a test that plants a wrong one. */
  readonly compile?: typeof compileFilter;
}

/** Queries that are read at the same time: commands want the database too. */
const READS = 2;
const RETRY_MS = 250;

/** The live queries of this process: each question is one, however many ask it. */
export class TicketQueries {
  readonly everyProject: ProjectList;
  private readonly queries = new Lingering<SharedQuery>((query) => this.end(query));
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
    const isKnown = this.queries.get(spec.identity) !== undefined;
    const query = this.queries.hold(spec.identity, () => this.begin(spec));
    if (!isKnown) query.reread();
    return query;
  }

  release(query: SharedQuery): void {
    this.queries.release(query.spec.identity, query);
  }

  close(): void {
    this.queries.clear();
  }

  private begin(spec: QuerySpec): SharedQuery {
    const { scope, projects, filter } = spec;
    const feeds = projects.map((id) => this.feedOf(id));
    const [only] = feeds.length === 1 ? feeds : [];
    const heads = only?.heads ?? new ProjectHeads(feeds);
    const query = new SharedQuery(spec, {
      heads,
      read: () => this.read(query, feeds),
    });
    const staffOf = new Set(scope.staffOf);
    feeds.forEach((feed, slot) => {
      const customerId = staffOf.has(feed.stream.ref.id) ? null : scope.customerId;
      feed.join(query, slot, { filter, customerId });
    });
    return query;
  }

  private end(query: SharedQuery): void {
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
    const made = new ProjectFeed(stream, this.pool, this.options.compile);
    this.feeds.set(projectId, made);
    return made;
  }

  private async read(query: SharedQuery, feeds: readonly ProjectFeed[]): Promise<TicketWindow | null> {
    const { scope, projects, filter, sort, limit } = query.spec;
    const request = { scope, customerId: scope.customerId, projects, filter, sort, rows: keptRows(limit) };
    while (this.queries.get(query.spec.identity) === query) {
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
