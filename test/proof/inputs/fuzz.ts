import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { errorCodes } from '../../../contract/errors.js';
import { digestOf } from '../../../server/db/digest.js';
import { everyProcedure, type Procedure } from '../../access/everyProcedure.js';
import { matrix, pathOf } from '../../access/matrix.js';
import { leakIn } from './leaks.js';
import { aPool, CANARY, roles, type Pool, type Role } from './pool.js';
import { differences, readers, unlike, type Ask } from './readBack.js';
import { inputsFrom, textOf } from './spoiled.js';
import type { Stage } from './stage.js';
import { stringNames, validInputs, vocabularyOf, type Vocabulary } from './validInputs.js';
import { http, transports, type Answer, type Line, type Transport } from './wires.js';

export interface FuzzOrder {
  readonly seed: number;
  /** Of each procedure by each way. */
  readonly calls: number;
  readonly slowMs: number;
  readonly procedures?: (path: string) => boolean;
  readonly ways?: readonly Transport[];
}
export interface FuzzReport {
  /** Of each procedure: calls, those that were done, and those of them that were read again. */
  readonly procedures: Record<string, { calls: number; accepted: number; readBack: number }>;
  readonly codes: Record<string, number>;
  /** How each call was answered, by its place: for the comparison of two databases. */
  readonly answers: Record<string, string>;
  slowestMs: number;
}

/** Calls about one set of people and things; then new ones are made, since calls use them up. */
const STRETCH = 25;

/** Refusals that write, by the tables that they write, and why. */
export const writesThough: Readonly<Record<string, { readonly tables: readonly string[]; readonly because: string }>> =
  {
    'auth.refresh': {
      tables: ['refresh_tokens', 'user_feeds', 'feed_events', 'audit_log'],
      because: 'a token that comes back ends its session, which is told and kept',
    },
  };
/** What stands for a code where no call was read: Node's own refusal of a long head, a socket closed for a long message. */
const beforeTheCall = new Set(['HTTP 431', 'CLOSED 1009']);
/** By these an administrator lets people see what was of others. */
const mixesProjects = new Set(['tickets.move', 'projects.members.add']);
const known: ReadonlySet<string> = new Set([...errorCodes, 'OK']);
const changesCaller = new Set(
  Object.entries(matrix).flatMap(([name, row]) => (row.changesCaller ? [pathOf(name)] : [])),
);

export const seedOf = (...parts: readonly (string | number)[]): number =>
  createHash('sha256').update(parts.join(' ')).digest().readInt32BE();

interface Asking {
  readonly by: Transport;
  readonly stage: Stage;
  readonly order: FuzzOrder;
  readonly report: FuzzReport;
  readonly procedure: Procedure;
  readonly pool: Pool;
}

export async function fuzz(stage: Stage, order: FuzzOrder, progress: (line: string) => void): Promise<FuzzReport> {
  const report: FuzzReport = { procedures: {}, codes: {}, answers: {}, slowestMs: 0 };
  let pool = await aPool(stage.world);
  let used = 0;
  for (const procedure of everyProcedure.values()) {
    if (order.procedures?.(procedure.path) === false) continue;
    for (const by of order.ways ?? (Object.keys(transports) as Transport[])) {
      if ((by === 'batch' || by === 'rest') && procedure.type === 'subscription') continue;
      for (let nth = 0; nth * STRETCH < order.calls; nth++) {
        const count = Math.min(STRETCH, order.calls - nth * STRETCH);
        if (used + count > STRETCH) [pool, used] = [await aPool(stage.world), 0];
        used += count;
        await stretch({ stage, order, report, procedure, pool, by }, nth, count);
      }
    }
    // What was of others may be theirs now.
    if (mixesProjects.has(procedure.path)) used = STRETCH;
    const { calls, accepted, readBack } = ofProcedure(report, procedure);
    progress(
      `${procedure.path}: ${calls} calls, ${accepted} done, ${readBack} read back, ${stage.findings.length} found`,
    );
  }
  return report;
}

const ofProcedure = ({ procedures }: FuzzReport, { path }: Procedure) =>
  (procedures[path] ??= { calls: 0, accepted: 0, readBack: 0 });

async function stretch(asking: Asking, nth: number, count: number): Promise<void> {
  const { stage, order, procedure, pool, by } = asking;
  const seed = seedOf(order.seed, procedure.path, by, nth);
  const words = await withCursors(asking, await vocabularyOf(procedure, pool));
  const callers = fc.constantFrom<Role[]>('admin', 'admin', 'agent', 'agent', 'customer');
  const drawn = fc.sample(fc.tuple(callers, inputsFrom(validInputs(procedure, words))), { numRuns: count, seed });
  const lines = {} as Record<Role, Line>;
  const open = (role: Role) => (lines[role] = transports[by](stage.url, pool.callers[role].accessToken));
  roles.forEach(open);
  for (const [at, [role, input]] of drawn.entries()) {
    const where = `${procedure.path} by ${by}, seed ${order.seed}, stretch ${nth}, call ${at}`;
    const text = textOf(input);
    const answer = await judged(asking, lines[role], role, text, where);
    asking.report.answers[where] = answer.code;
    await stage.demandAlive(where);
    if (answer.code !== 'OK' || !changesCaller.has(procedure.path)) continue;
    lines[role].close();
    await pool.recruit(role);
    open(role);
  }
  for (const line of Object.values(lines)) line.close();
}

/** Sends one call and looks at all that can be wrong with its answer. */
async function judged(
  asking: Asking,
  line: Line,
  role: Role,
  text: string | undefined,
  where: string,
): Promise<Answer> {
  const { stage, order, report, procedure } = asking;
  const { path, type } = procedure;
  const though = writesThough[path];
  const digests = () => digestOf(stage.world.db.sequelize);
  const tables = though ? await digests() : {};
  const before = await stage.commits.read();
  const since = Date.now();
  const answer = await line.send({ path, type, text });
  const { code, ms } = answer;
  const wrote = (await stage.commits.read()) !== before;
  const about = `${where}, as ${role}: ${text?.slice(0, 300)} → ${code} ${answer.text.slice(0, 300)}`;
  const counts = ofProcedure(report, procedure);
  counts.calls++;
  report.codes[code] = (report.codes[code] ?? 0) + 1;
  report.slowestMs = Math.max(report.slowestMs, ms);

  if (ms > order.slowMs) stage.find('slow', about, `${ms.toFixed(0)} ms`);
  if (code === 'INTERNAL' || code === 'UNAVAILABLE' || (answer.status ?? 0) >= 500)
    stage.find('failsInside', about, code);
  else if (!known.has(code) && !beforeTheCall.has(code)) stage.find('badCode', about, code);
  const leak = leakIn(answer.text, code !== 'OK', role === 'admin' || mixesProjects.has(path) ? null : CANARY);
  if (leak !== null) stage.find('leaks', about, leak);
  if (code === 'OK') {
    counts.accepted++;
    await compare(asking, role, JSON.parse(text ?? 'null'), answer, since, about);
  } else if (wrote) {
    const now = though ? await digests() : {};
    const moved = Object.keys(now).filter((table) => now[table]?.digest !== tables[table]?.digest);
    const isExcused = though !== undefined && moved.every((table) => though.tables.includes(table));
    if (!isExcused) stage.find('writesOnError', about, moved.join());
  }
  return answer;
}

/** What was accepted is what was given, and reads back so. */
async function compare(asking: Asking, role: Role, given: unknown, { data }: Answer, since: number, about: string) {
  const { stage, procedure, pool, report } = asking;
  if (given === null || !procedure.input || procedure.type !== 'mutation') return;
  // In an address all is text: what was meant as something else has been accepted as one.
  if (asking.by === 'rest' && !procedure.input.safeParse(given).success) return;
  const taken = procedure.input.parse(given) as Record<string, unknown>;
  const wrong = unlike(given, taken);
  const read = readers[procedure.path];
  if (read) {
    // What is a caller's own, or among people: an administrator need not see it.
    const isOwn = /^(auth|conversations|messages|notifications|views)\./.test(procedure.path);
    const back = await read(taken, data, asker(stage, pool.callers[isOwn ? role : 'admin'].accessToken), since);
    if (back === undefined) wrong.push('is nowhere to be read');
    else if (back !== null) wrong.push(...differences(procedure.path, taken, back));
    ofProcedure(report, procedure).readBack++;
  }
  for (const said of wrong) stage.find('forgetsTheEnd', about, said);
}

const asker = (stage: Stage, token: string): Ask => {
  const line = http(stage.url, token);
  return async (path, input) => {
    const { code, text, data } = await line.send({ path, type: 'query', text: JSON.stringify(input) });
    if (code !== 'OK') throw new Error(`${path} ${JSON.stringify(input)} could not be read back: ${text}`);
    return data;
  };
};

const cursorNames = ['cursor', 'lastEventId'];

/** Cursors that the server gave: of a first page, or of the first item of a stream. */
async function withCursors({ stage, procedure, pool }: Asking, words: Vocabulary): Promise<Vocabulary> {
  const names = stringNames(procedure).filter((name) => cursorNames.includes(name));
  if (names.length === 0) return words;
  const cursors = new Set<string>();
  const line = http(stage.url, pool.callers.admin.accessToken);
  for (const input of fc.sample(validInputs(procedure, words), { numRuns: 6, seed: 1 })) {
    const { cursor: _, lastEventId: __, ...rest } = (input ?? {}) as Record<string, unknown>;
    const limited = 'nextCursor' in words || procedure.path.endsWith('list') ? { ...rest, limit: 1 } : rest;
    const { data } = await line.send({ path: procedure.path, type: procedure.type, text: JSON.stringify(limited) });
    const { nextCursor, id } = (data ?? {}) as { nextCursor?: string | null; id?: unknown };
    if (nextCursor) cursors.add(nextCursor);
    else if (procedure.type === 'subscription' && typeof id === 'string') cursors.add(id);
  }
  return { ...words, given: new Map([...words.given, ...names.map((name) => [name, [...cursors]] as const)]) };
}
