import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanOutcome } from '../../../contract/plan.js';
import type { ProposeReply } from '../../../contract/proposal.js';
import { randomFrom } from '../../../seeders/support/random.js';
import { runSql } from '../../support/postgresServer.js';
import { randomInput, skillId } from '../../planner/randomInput.js';
import { seededTemplate } from '../seed.js';
import { databaseOn, startServer, type BatonServer, type BenchTools } from '../services.js';
import { percentile } from '../statistics.js';
import type { Watched } from '../storm/watch.js';
import { printTable, short } from '../table.js';
import { idOf, size as world } from '../world.js';
import { askerOf, makePeople, makeProject, makeSkills, type Asker } from './planWorld.js';

/** One call of `assignments.propose` to a server that answers others meanwhile. */
export interface PlannerRow {
  readonly tickets: number;
  readonly people: number;
  /** Points asked for as a share of those that there is room for. */
  readonly demand: number;
  /** Of its process: only then the solver's code has to be compiled. */
  readonly isFirst: boolean;
  readonly outcome: PlanOutcome;
  readonly gap: number | null;
  readonly placedShare: number;
  /** From the call to its reply: reading, planning, and writing the proposals. */
  readonly ms: number;
  readonly cpuMs: number;
  /** By how much the process grew at most, and how late its main thread was meanwhile. */
  readonly grewMb: number;
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  readonly replyKb: number;
  /** Of those who ask something else, before and meanwhile. */
  readonly othersBeforeP99Ms: number;
  readonly othersP99Ms: number;
}

const sizes = [
  { tickets: 40, people: 10 },
  { tickets: 200, people: 20 },
  { tickets: 1_000, people: 40 },
];
/** Room for all, and more work than anybody has room for: the second is the harder one. */
const demands = [0.8, 1.2];
const SKILLS = 8;
const CALM_MS = 2_000;

export async function benchPlanner(tools: BenchTools): Promise<PlannerRow[]> {
  const { options, say, services } = tools;
  if (!services.postgres) {
    say('no plans: there is no PostgreSQL');
    return [];
  }
  const server = await startPlanner(tools, services.postgres.url);
  const asker = askerOf(server.url, tools.tokens[0] ?? '');
  try {
    const skills = await makeSkills(asker, SKILLS);
    const skillOf = new Map(skills.map((id, at) => [skillId(at), id]));
    const bench = { server, asker, skillOf };
    const rows: PlannerRow[] = [];
    for (const [nth, size] of (options.quick ? sizes.slice(0, 2) : sizes).entries()) {
      const inputOf = (demand: number) => {
        const shape = { ...size, demand, skills: SKILLS, projects: 1, oddities: 0 };
        return randomInput(randomFrom(options.seed, size.tickets), shape);
      };
      const projectId = await makeProject(asker, inputOf(1), nth, skillOf);
      // The first plan of a process once more: what it costs but for the compiling.
      for (const demand of nth === 0 ? [0.8, ...demands] : demands) {
        say(`a plan for ${size.tickets} tickets and ${size.people} people, demand ${demand}`);
        await makePeople(asker, inputOf(demand), skillOf);
        rows.push({ ...size, demand, isFirst: rows.length === 0, ...(await measure(bench, projectId, size.tickets)) });
      }
    }
    return rows;
  } finally {
    asker.close();
    await server.end();
  }
}

/** A plan is made beside the main thread, on another processor where there is one. */
async function startPlanner({ services, options }: BenchTools, adminUrl: string): Promise<BatonServer> {
  const name = 'planner';
  await runSql(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${await seededTemplate(adminUrl)}`);
  const databaseUrl = databaseOn(adminUrl, name);
  await runSql(databaseUrl, `UPDATE users SET role = 'ADMIN' WHERE id = '${idOf('user', 1)}'`);
  const script = import.meta.resolve('../storm/batonServer.ts');
  const redisUrl = services.redis?.url ?? null;
  return startServer({ name, script, role: 'wide', databaseUrl, redisUrl, profile: options.profile });
}

interface Bench {
  readonly server: BatonServer;
  readonly asker: Asker;
}

async function measure({ server, asker }: Bench, projectId: string, tickets: number) {
  const others = startOthers(asker);
  await sleep(CALM_MS);
  const othersBeforeP99Ms = others.p99();
  const [cpu, memory] = [await server.cpuUs(), await server.call<number>('memory')];
  await server.call('watch');
  const begun = performance.now();
  const reply = await asker.mutate<ProposeReply>('assignments.propose', { projectId });
  const ms = performance.now() - begun;
  const { lagP99Ms, lagMaxMs, peakMb } = await server.call<Watched>('watched');
  const cpuMs = ((await server.cpuUs()) - cpu) / 1_000;
  const othersP99Ms = others.p99();
  await others.stop();
  const { run, proposals } = reply;
  return {
    outcome: run.outcome,
    gap: run.gap,
    placedShare: proposals.length / tickets,
    replyKb: JSON.stringify(reply).length / 1_024,
    grewMb: peakMb - memory / MB,
    ms,
    cpuMs,
    lagP99Ms,
    lagMaxMs,
    othersBeforeP99Ms,
    othersP99Ms,
  };
}

const MB = 2 ** 20;
const EVERY_MS = 20;
/** Every so many questions something is changed. */
const CHANGE_EVERY = 4;

/** Somebody else, who lists and changes tickets of another project, whether or not the last call was answered. */
function startOthers({ query, mutate }: Asker) {
  let times: number[] = [];
  const running = new Set<Promise<void>>();
  let count = 0;
  const ask = async (): Promise<void> => {
    const begun = performance.now();
    const ticketId = idOf('ticket', (count % world.tickets) + 1);
    if (++count % CHANGE_EVERY === 0) await mutate('tickets.update', { ticketId, patch: { estimatedHours: count } });
    else await query('tickets.list', { projectId: idOf('project', 1 + (count % world.projects)) });
    times.push(performance.now() - begun);
  };
  const timer = setInterval(() => {
    const asked = ask().finally(() => running.delete(asked));
    running.add(asked);
  }, EVERY_MS);
  return {
    /** Since it was asked for last. */
    p99(): number {
      const since = times;
      times = [];
      return percentile(since, 0.99);
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}

export function reportPlanner(rows: readonly PlannerRow[]): void {
  console.log(
    `\nPlans: who should have which ticket, by a server that answers ${1_000 / EVERY_MS} other calls a second meanwhile`,
  );
  const header = ['tickets × people', 'demand', 'outcome', 'gap %', 'placed %', 's', 'CPU s', 'grew MB'];
  printTable(
    [...header, 'lag p99 ms', 'max', 'others p99 ms before', 'meanwhile', 'KB'],
    rows.map((row) => [
      `${row.tickets} × ${row.people}${row.isFirst ? ', first' : ''}`,
      String(row.demand),
      row.outcome,
      row.gap === null ? '–' : (100 * row.gap).toFixed(3),
      short(100 * row.placedShare),
      ...[row.ms / 1_000, row.cpuMs / 1_000, row.grewMb, row.lagP99Ms, row.lagMaxMs].map(short),
      ...[row.othersBeforeP99Ms, row.othersP99Ms, row.replyKb].map(short),
    ]),
    3,
  );
}
