import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerCalls } from '../child.js';
import { commentFor, EVENT_BYTES } from '../fanout/event.js';
import { post } from '../post.js';
import { percentile } from '../statistics.js';
import { idOf } from '../world.js';
import { Client } from './client.js';

/** A process with many clients that are cut at once and come back. */

export interface ConnectRequest {
  readonly port: number;
  readonly clients: number;
  /** They belong to these people and follow so many projects, each in turn. */
  readonly tokens: readonly string[];
  readonly projects: number;
}
export interface ReturnRequest {
  readonly port: number;
  /** So many events at most are forgotten first: none by the first client, all by the last. */
  readonly forget: number;
}
export interface Returned {
  /** From the first SYN until half of the clients were live, and all of them. */
  readonly halfMs: number;
  readonly liveMs: number;
  readonly events: number;
  /** Connections that were refused or lost, and tried again. */
  readonly losses: number;
  readonly loaderShare: number;
}
export interface WriteRequest {
  readonly port: number;
  readonly token: string;
  /** In turn over so many projects. */
  readonly events: number;
  readonly projects: number;
}

const AT_ONCE = 50;
const WRITERS = 8;
const PATIENCE_MS = 60_000;

let clients: Client[] = [];
let liveAt: number[] = [];
let failure: string | null = null;
let onChange = () => {};

const isOver = () => failure !== null || clients.every(({ isLive }) => isLive);

/** Resolves when every client is live. */
async function allLive(): Promise<void> {
  const late = sleep(PATIENCE_MS, 'late', { ref: false });
  while (!isOver()) {
    const changed = new Promise<void>((resolve) => (onChange = resolve));
    if ((await Promise.race([changed, late])) === 'late') {
      const missing = clients.filter(({ isLive }) => !isLive).length;
      throw new Error(`${missing} of ${clients.length} clients did not come back`);
    }
  }
  if (failure !== null) throw new Error(failure);
}

function aClient(token: string, projectId: string): Client {
  return new Client({
    place: { token, projectId },
    onLive: () => {
      liveAt.push(performance.now());
      if (liveAt.length >= clients.length) onChange();
    },
    onFailure: (why) => {
      failure ??= why;
      onChange();
    },
  });
}

async function comeAll(port: number, atOnce: number): Promise<void> {
  const all = clients;
  liveAt = [];
  for (let done = 0; done < all.length; done += atOnce) {
    clients = all.slice(0, done + atOnce);
    for (const client of clients.slice(done)) client.come(port);
    await allLive();
  }
}

answerCalls({
  async connect({ port, clients: count, tokens, projects }: ConnectRequest) {
    failure = null;
    clients = Array.from({ length: count }, (_, nth) =>
      aClient(tokens[nth % tokens.length] ?? '', idOf('project', 1 + (Math.floor(nth / tokens.length) % projects))),
    );
    await comeAll(port, AT_ONCE);
  },
  cut() {
    for (const client of clients) client.cut();
  },
  async comeBack({ port, forget }: ReturnRequest): Promise<Returned> {
    for (const [nth, client] of clients.entries()) {
      client.forget(Math.round((forget * nth) / Math.max(1, clients.length - 1)));
      client.events = 0;
      client.losses = 0;
    }
    const cpu = process.cpuUsage();
    const started = performance.now();
    await comeAll(port, clients.length);
    const liveMs = performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    return {
      halfMs: percentile(liveAt, 0.5) - started,
      liveMs,
      events: clients.reduce((sum, { events }) => sum + events, 0),
      losses: clients.reduce((sum, { losses }) => sum + losses, 0),
      loaderShare: (user + system) / 1_000 / liveMs,
    };
  },
  /** Comments through the API, several at a time. */
  async write({ port, token, events, projects }: WriteRequest) {
    const agent = new Agent({ keepAlive: true });
    let next = 0;
    const write = async () => {
      while (next < events) {
        const ticketId = idOf('ticket', 1 + (next++ % projects));
        const url = `http://127.0.0.1:${port}/trpc/comments.create`;
        const reply = await post<{ error?: object }>(agent, url, token, { ticketId, content: commentFor(EVENT_BYTES) });
        if (reply.error) throw new Error(`not written: ${JSON.stringify(reply.error)}`);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, write));
    agent.destroy();
  },
  leave() {
    for (const client of clients) client.cut();
    clients = [];
  },
});
