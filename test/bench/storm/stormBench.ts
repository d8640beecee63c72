import { runSql } from '../../support/postgresServer.js';
import { startChild, type Child } from '../processes.js';
import { inRounds } from '../schedule.js';
import { seedWorld } from '../seed.js';
import { databaseOn, startServer, type BenchTools } from '../services.js';
import { medians } from '../statistics.js';
import type { ConnectRequest, Returned, ReturnRequest, WriteRequest } from './loader.js';
import type { Watched } from './watch.js';

export interface StormFigures
  extends Watched, Pick<Returned, 'halfMs' | 'liveMs' | 'events' | 'losses' | 'loaderShare'> {
  /** Of the server, for each client. */
  readonly clientUs: number;
  readonly statements: number;
}
type System = 'raw' | 'baton';
interface Case {
  readonly name: string;
  readonly clients: number;
  /** Written while nobody is there. */
  readonly missed: number;
  /** Clients stand so many events further back, evenly spread. */
  readonly spread: number;
  /** Whether the server that they come back to has just been started. */
  readonly restarted: boolean;
}
export interface StormRow extends Case {
  readonly system: System;
  readonly repeats: readonly StormFigures[];
  readonly median: StormFigures;
}

const PEOPLE = 20;
const PROJECTS = 10;
const CLIENTS = 2_000;
const MISSED = 500;
/** Written before anything is measured: what those who stand far back read. */
const WRITTEN = 5_000;

const cut = { clients: CLIENTS, missed: 0, spread: 0, restarted: false };
const cases: readonly Case[] = [
  { ...cut, name: 'at the head' },
  { ...cut, name: '500 events missed', missed: MISSED },
  { ...cut, name: 'at the head, restarted', restarted: true },
  { ...cut, name: '500 missed, restarted', missed: MISSED, restarted: true },
  { ...cut, name: 'spread over 5,000 events', spread: WRITTEN / PROJECTS },
  { ...cut, name: 'spread, restarted', spread: WRITTEN / PROJECTS, restarted: true },
];

interface Server {
  readonly child: Child;
  readonly port: number;
}
interface Rig {
  readonly loader: Child;
  readonly start: () => Promise<Server>;
  /** Over all projects. */
  readonly write: (server: Server, events: number) => Promise<unknown>;
}

export async function benchStorm(tools: BenchTools): Promise<StormRow[]> {
  const { services, say, options } = tools;
  const { postgres } = services;
  if (!postgres) {
    say('storm: no PostgreSQL on this machine');
    return [];
  }
  say('storm: filling a database');
  const databaseUrl = databaseOn(postgres.url, 'storm');
  await runSql(postgres.url, 'CREATE DATABASE storm TEMPLATE template0');
  await seedWorld(databaseUrl);
  const loader = startChild({ name: 'storm-loader', script: import.meta.resolve('./loader.ts'), role: 'loader' });
  const rigs = { raw: rawRig(loader), baton: batonRig(loader, databaseUrl, tools) };
  const systems = Object.keys(rigs) as System[];
  const cells = cases.flatMap((one) => systems.map((system) => ({ ...one, system, repeats: [] as StormFigures[] })));
  try {
    await inRounds({ rounds: options.repeats, endsAt: tools.endsAt, say }, async (number) => {
      for (const system of systems) {
        say(`storm: ${system}, round ${number}`);
        await round(
          rigs[system],
          cells.filter((cell) => cell.system === system),
          tools,
        );
      }
    });
  } finally {
    await loader.end();
  }
  return cells.map((cell) => ({ ...cell, median: medians(cell.repeats) }));
}

type Cell = Case & { readonly repeats: StormFigures[] };

async function round(rig: Rig, cells: readonly Cell[], { tokens }: BenchTools): Promise<void> {
  let server = await rig.start();
  try {
    await rig.write(server, WRITTEN);
    for (const cell of cells) {
      const { clients, missed, spread, restarted } = cell;
      const request: ConnectRequest = {
        port: server.port,
        clients,
        tokens: tokens.slice(0, PEOPLE),
        projects: PROJECTS,
      };
      await rig.loader.call('connect', request);
      await rig.loader.call('cut');
      await rig.write(server, missed);
      if (restarted) {
        await server.child.end();
        server = await rig.start();
      }
      cell.repeats.push(await measure(rig, server, { port: server.port, forget: spread }, clients));
      await rig.loader.call('leave');
    }
  } finally {
    await server.child.end();
  }
}

async function measure(
  { loader }: Rig,
  { child }: Server,
  request: ReturnRequest,
  clients: number,
): Promise<StormFigures> {
  const before = { cpu: await child.cpuUs(), statements: await child.call<number>('statements') };
  await child.call('watch');
  const returned = await loader.call<Returned>('comeBack', request);
  const watched = await child.call<Watched>('watched');
  const clientUs = ((await child.cpuUs()) - before.cpu) / clients;
  const statements = (await child.call<number>('statements')) - before.statements;
  return { ...returned, clientUs, statements, ...watched };
}

function rawRig(loader: Child): Rig {
  // A raw server has no log: what was written is told to each that is started.
  let written = 0;
  return {
    loader,
    start: async () => {
      const child = startChild({ name: 'storm-raw', script: import.meta.resolve('./rawServer.ts'), role: 'server' });
      await child.call('append', { events: written });
      return { child, port: await child.call<number>('port') };
    },
    write: async ({ child }, events) => {
      const each = events / PROJECTS;
      written += each;
      await child.call('append', { events: each });
    },
  };
}

function batonRig(loader: Child, databaseUrl: string, { tokens, options }: BenchTools): Rig {
  return {
    loader,
    start: async () => {
      const script = import.meta.resolve('./batonServer.ts');
      const server = await startServer({
        name: 'storm-baton',
        script,
        databaseUrl,
        redisUrl: null,
        profile: options.profile,
      });
      return { child: server, port: server.port };
    },
    write: async ({ port }, events) => {
      const request: WriteRequest = { port, token: tokens[0] ?? '', events, projects: PROJECTS };
      await loader.call('write', request);
    },
  };
}
