import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateProjectInput } from '../../../contract/project.js';
import { CreateRuleInput } from '../../../contract/rule.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { buildApp, type App } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { adHoc } from '../../../server/db/statement.js';
import { createProject } from '../../../server/features/projects/commands/createProject.js';
import { createRule } from '../../../server/features/rules/commands/createRule.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import { createUser } from '../../../server/features/users/commands/createUser.js';
import { systemActor, type Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { percentile } from '../../bench/statistics.js';
import { printTable } from '../../bench/table.js';
import { nodeEnv } from '../../support/nodeProcess.js';
import { startServices } from '../stage/services.js';

// `npx tsx test/proof/rules/main.ts [steps] [sqlite | postgres]`: rules under `kill -9` at each step of the transactions they act in, and how long people wait meanwhile.
// On both databases, unless told. Ends with 1 when a step was not died at, anything was done twice or not at all, or somebody waited for longer than a second.

const [, , steps = '110', only] = process.argv;
const STEPS = Number(steps);
/** Tickets that are waiting when a node starts. */
const TICKETS_AHEAD = 12;
const DONE = 'tickets WHERE story_points = 5';
const node = fileURLToPath(import.meta.resolve('./dyingNode.ts'));
const wrong: string[] = [];

interface Ground {
  readonly app: App;
  readonly env: NodeJS.ProcessEnv;
  readonly admin: Actor;
  readonly projectId: string;
}

async function aGround(databaseUrl: string): Promise<Ground> {
  const env = {
    ...nodeEnv({ databaseUrl, env: { STEPS_FILE: join(services.folder, `${newId()}.steps`) } }),
    PORT: '0',
  };
  const app = buildApp(loadConfig(env), { log: createLogger('silent') });
  await app.migrator.up();
  const person = { name: 'Ada', email: 'ada@example.com', role: 'ADMIN', password: 'a long password' } as const;
  const user = await createUser(app.deps, systemActor, { ...person, mustChangePassword: false });
  const admin = { ...systemActor, userId: user.id, name: user.name };
  const { id: projectId } = await createProject(
    app.deps,
    admin,
    CreateProjectInput.parse({ key: 'SUP', name: 'Support' }),
  );
  return { app, env, admin, projectId };
}

const aRule = ({ app, admin, projectId }: Ground, says: object) => {
  const trigger = { kind: 'EVENT', types: ['ticket.created'] };
  return createRule(app.deps, admin, CreateRuleInput.parse({ projectId, name: 'A rule', trigger, ...says }));
};
const aTicket = ({ app, admin, projectId }: Ground, title: string) =>
  createTicket(app.deps, admin, CreateTicketInput.parse({ projectId, title }));
const rowsOf = <Row extends object>({ app }: Ground, sql: string) => app.deps.db.all<Row>(adHoc(sql), []);
const numberOf = async (ground: Ground, what: string): Promise<number> => {
  const [row] = await rowsOf<{ n: number | string }>(ground, `SELECT count(*) AS n FROM ${what}`);
  return Number(row?.n);
};

/** Each ticket gets a comment and a tag, and the comment a note; a node after the other dies at it. */
async function underKills(ground: Ground): Promise<string> {
  const { env } = ground;
  // Whoever looks at the log for the first time begins at its head.
  await lived(env, async () => (await numberOf(ground, 'log_cursors')) > 0);
  await aRule(ground, {
    actions: [
      { kind: 'TAG', tags: ['seen'] },
      { kind: 'COMMENT', content: 'seen {key}' },
    ],
  });
  await aRule(ground, {
    trigger: { kind: 'EVENT', types: ['comment.created'] },
    actions: [{ kind: 'SET', patch: { storyPoints: 5 } }],
  });
  let tickets = 0;
  const dies = async (at: Dying) => {
    // Enough that each of the nodes has something to do when its turn comes.
    while (tickets - (await numberOf(ground, DONE)) < TICKETS_AHEAD) await aTicket(ground, `Ticket ${++tickets}`);
    const child = aNode(env, at);
    const ended = once(child, 'exit');
    const [, signal] = (await Promise.race([ended, sleep(30_000, [null, null])])) as [unknown, string | null];
    if (signal !== 'SIGKILL') wrong.push(`${JSON.stringify(at)} was not come to`);
    child.kill('SIGKILL');
    await ended;
  };
  for (let nth = 1; nth <= STEPS; nth++) await dies({ STEPS: String(nth) });
  for (const STEP of (await stepsOf(env)).missed) await dies({ STEP });
  const isDone = async () => (await numberOf(ground, DONE)) === tickets;
  const before = await numberOf(ground, 'comments');
  await lived(env, isDone);
  const expected = { comments: tickets, ticket_tags: tickets, workflow_runs: 2 * tickets, events_put_aside: 0 };
  for (const [table, count] of Object.entries(expected)) {
    const found = await numberOf(ground, table);
    if (found !== count) wrong.push(`${table}: ${found} instead of ${count}`);
  }
  const twice = await rowsOf(ground, 'SELECT ticket_id FROM comments GROUP BY ticket_id HAVING count(*) > 1');
  if (twice.length > 0) wrong.push(`${twice.length} tickets have two comments`);
  const { died, missed } = await stepsOf(env);
  for (const name of missed) wrong.push(`nobody died at ${name}`);
  const deaths = [...died.values()].reduce((sum, count) => sum + count, 0);
  printTable(
    ['died just before', 'times'],
    [...died].map(([name, count]) => [name, String(count)]),
    1,
  );
  return `${deaths} nodes killed at ${died.size} kinds of steps, ${before} of ${tickets} tickets begun by then, each done once`;
}

/** Of all nodes: how often one died at each kind of step, and those at which none did. */
async function stepsOf({ STEPS_FILE = '' }: NodeJS.ProcessEnv) {
  const lines = (await readFile(STEPS_FILE, 'utf8')).trimEnd().split('\n');
  const named = (word: string) =>
    lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length + 1));
  const died = new Map<string, number>();
  for (const name of named('died')) died.set(name, (died.get(name) ?? 0) + 1);
  return { died, missed: new Set(named('seen').filter((name) => !died.has(name))) };
}

/** Before which step of its own, by its number or its name. */
type Dying = { readonly STEPS: string } | { readonly STEP: string };

const aNode = (env: NodeJS.ProcessEnv, dying: Dying) =>
  spawn(process.execPath, ['--import', 'tsx', node], { env: { ...env, ...dying }, stdio: 'ignore' });

/** A node that lives until this is so. */
async function lived(env: NodeJS.ProcessEnv, isSo: () => Promise<boolean>): Promise<void> {
  const child = aNode(env, { STEPS: '0' });
  const ended = once(child, 'exit');
  for (const until = Date.now() + 60_000; !(await isSo()) && Date.now() < until;) await sleep(50);
  if (!(await isSo())) wrong.push('what was left was not done within a minute');
  child.kill('SIGTERM');
  await ended;
}

/** How long people wait while a hundred rules act upon each of their tickets. */
async function whileRulesAct(ground: Ground): Promise<string> {
  const { app, admin } = ground;
  for (let nth = 0; nth < 100; nth++)
    await aRule(ground, { name: `Points ${nth}`, actions: [{ kind: 'SET', patch: { storyPoints: nth } }] });
  await app.listen();
  const times: number[] = [];
  const timed = async <Result>(work: Promise<Result>): Promise<Result> => {
    const begun = performance.now();
    const result = await work;
    times.push(performance.now() - begun);
    return result;
  };
  for (let nth = 0; nth < 20; nth++) {
    const { id: ticketId } = await timed(aTicket(ground, `Busy ${nth}`));
    for (let edit = 0; edit < 4; edit++) {
      await sleep(30);
      await timed(updateTicket(app.deps, admin, { ticketId, patch: { title: `Busy ${nth} ${edit}` } }));
    }
  }
  const runs = await numberOf(ground, "workflow_runs WHERE outcome = 'DONE'");
  const most = Math.max(...times);
  if (most > 1_000) wrong.push(`somebody waited for ${Math.round(most)} ms`);
  const ms = (share: number) => Math.round(percentile(times, share));
  return `${times.length} changes of people while ${runs} rules had acted: median ${ms(0.5)} ms, 95 % ${ms(0.95)} ms, longest ${Math.round(most)} ms`;
}

const services = await startServices();
try {
  for (const dialect of (['sqlite', 'postgres'] as const).filter((one) => only === undefined || one === only))
    for (const part of [underKills, whileRulesAct]) {
      const { url, drop } = await services.database(dialect);
      const ground = await aGround(url);
      console.log(`${dialect}: ${await part(ground)}`);
      await ground.app.close();
      await drop();
    }
} finally {
  await services.release();
}
for (const what of wrong) console.log(`WRONG: ${what}`);
if (wrong.length > 0) process.exitCode = 1;
