import { buildApp } from '../../../server/app.js';
import type { ProjectEvent } from '../../../contract/event.js';
import { loadConfig } from '../../../server/config.js';
import { EventLog, type Heads, type LogEntry, type ProjectEntry } from '../../../server/realtime/eventLog.js';
import { streamKey, type StreamRef } from '../../../server/realtime/streamRef.js';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerCalls } from '../child.js';
import { followedIn, sampleEvent, type Publish } from './event.js';
import { readPublish } from './publishing.js';

/** Of a project. */
interface Kept {
  latest: ProjectEntry[];
  head: number;
}
/** More than anybody here is ever behind; all of them would be garbage to look through that a database does not make. */
const KEPT = 500;

/**
 * Baton as it is, but for its event log, which is in memory: what fan-out costs without the command that writes the event and
 * the statement that reads it. POST to its other port appends to the projects that it says.
 */
class SampleLog extends EventLog {
  private readonly events = new Map<string, Kept>();

  /** @returns what moved. */
  append(asked: Publish): { kind: 'project'; id: string; seq: number }[] {
    return followedIn(asked).map((id) => {
      const kept = this.eventsOf(id);
      for (let nth = 0; nth < asked.events; nth++) kept.latest.push(entryOf(id, ++kept.head, asked.bytes));
      if (kept.latest.length > 2 * KEPT) kept.latest = kept.latest.slice(-KEPT);
      return { kind: 'project', id, seq: kept.head };
    });
  }

  override async heads(streams: readonly StreamRef[]): Promise<Heads> {
    const people = streams.filter(({ kind }) => kind === 'user');
    const known = people.length > 0 ? [...(await super.heads(people)).of] : [];
    const own = streams
      .filter(({ kind }) => kind === 'project')
      .map((ref) => [streamKey(ref), { seq: this.eventsOf(ref.id).head, minSeq: 1 }] as const);
    return { epoch: await this.epochOnce(), of: new Map([...known, ...own]) };
  }

  override async page(stream: StreamRef, after: number, last: number, limit: number): Promise<LogEntry[]> {
    if (stream.kind === 'user') return super.page(stream, after, last, limit);
    const { latest } = this.eventsOf(stream.id);
    const from = after + 1 - (latest[0]?.seq ?? 1);
    return latest.slice(from, from + Math.min(last - after, limit));
  }

  private epochOnce: () => Promise<string> = () => {
    const epoch = this.epoch();
    this.epochOnce = () => epoch;
    return epoch;
  };

  private eventsOf(id: string): Kept {
    let kept = this.events.get(id);
    if (!kept) this.events.set(id, (kept = { latest: [], head: 0 }));
    return kept;
  }
}

function entryOf(projectId: string, seq: number, bytes: number): ProjectEntry {
  const event = { ...sampleEvent(seq, bytes), projectId } as unknown as ProjectEvent;
  const told = {
    audience: 'PROJECT',
    reporterId: null,
    conversationId: null,
    membersOf: null,
    isWithdrawn: false,
  } as const;
  return { seq, bytes, event, ...told };
}

const database: { db?: ConstructorParameters<typeof EventLog>[0] } = {};
const log = new SampleLog({ all: (...asked) => database.db?.all(...asked) ?? Promise.resolve([]) });
const app = buildApp(loadConfig(), { eventLog: log });
database.db = app.deps.db;
const port = await app.listen();

const publisher = createServer((request, response) =>
  readPublish(request, (publish) => {
    app.deps.wake(log.append(publish));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }),
);
publisher.keepAliveTimeout = 0;
const publishPort = new Promise<number>((resolve) => {
  publisher.listen(0, '127.0.0.1', () => resolve((publisher.address() as AddressInfo).port));
});
answerCalls({ port: () => port, publishPort: () => publishPort });
process.once('SIGTERM', () => {
  publisher.close();
  void app.close().then(() => process.exit());
});
