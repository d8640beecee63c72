import type { Random } from '../../../seeders/support/random.js';
import type { Database } from '../../../server/db/database.js';
import type { CheckName } from '../checker/violation.js';
import type { Cast, Person } from '../stage/setUp.js';
import { markOf } from '../storm/writer.js';
import { isReply, type Answer, type Racers } from './racers.js';

export interface Ring {
  readonly cast: Cast;
  readonly racers: Racers;
  readonly db: Database;
  /** Tells that a round did not come out as it had to. */
  readonly wrong: (check: CheckName, what: string) => void;
  readonly random: Random;
  /** What comes of two calls one after the other, by their names: looked up once in a run. */
  readonly serial: Map<string, Promise<string>>;
}
/** One race; `nth` names it. */
export type Round = (ring: Ring, nth: number) => Promise<void>;

const [A, B] = [0, 1];
export const first = ({ writers }: Cast): Person => writerOf(writers, A);
export function writerOf(writers: readonly Person[], nth: number): Person {
  const writer = writers[nth % writers.length];
  if (!writer) throw new Error('nobody races');
  return writer;
}
export const codesOf = (answers: readonly Answer[]): string[] =>
  answers.map((one) => (isReply(one) ? 'ok' : one.code)).toSorted();

export async function aTicket({ racers, cast }: Ring, op: string, more: object = {}) {
  const input = { projectId: cast.hot, title: `Race ${op}`, description: markOf(op), ...more };
  const made = await racers.call(first(cast), { op, verb: 'create', path: 'tickets.create', ticket: null, input });
  if (!isReply(made)) throw new Error(`no ticket to race for: ${made.code}`);
  return made.reply;
}

/** B1: everybody claims one ticket at once; one gets it, the others are told who. */
export const claims: Round = async (ring, nth) => {
  const { id } = await aTicket(ring, `claimed-${nth}`);
  const claim = (by: Person, index: number) => {
    const call = {
      op: `claim-${nth}-${index}`,
      verb: 'claim',
      path: 'assignments.claim',
      ticket: id,
      input: { ticketId: id },
    };
    return ring.racers.call(by, call);
  };
  const answers = await Promise.all(ring.cast.writers.map(claim));
  const winners = answers.filter(isReply);
  const isExpected = codesOf(answers).every((code) => code === 'ok' || code === 'CONFLICT');
  if (winners.length !== 1 || !isExpected) ring.wrong('ASSIGN', `claim ${nth}: ${codesOf(answers).join(' ')}`);
};

/** B2: edits of two fields from one version merge; of two edits of one field one is refused. */
export const edits: Round = async (ring, nth) => {
  const { id, version } = await aTicket(ring, `edited-${nth}`);
  const edit = (writer: number, name: string, patch: object) => {
    const op = `edit-${nth}-${name}`;
    const input = { ticketId: id, expectedVersion: version, patch };
    return ring.racers.call(writerOf(ring.cast.writers, writer), {
      op,
      verb: 'edit',
      path: 'tickets.update',
      ticket: id,
      input,
    });
  };
  const merged = await Promise.all([
    edit(A, 'title', { title: `Merged ${nth}` }),
    edit(B, 'priority', { priority: 'URGENT' }),
  ]);
  if (codesOf(merged).join() !== 'ok,ok')
    ring.wrong('CHAIN', `edits of two fields ${nth}: ${codesOf(merged).join(' ')}`);
  const clash = await Promise.all([edit(A, 'high', { estimatedHours: 1 }), edit(B, 'low', { estimatedHours: 2 })]);
  if (codesOf(clash).join() !== 'CONFLICT,ok')
    ring.wrong('CHAIN', `edits of one field ${nth}: ${codesOf(clash).join(' ')}`);
};

const SAME_KEY = 20;

/** B4: one key twenty times at once, over all nodes and ways, is done once and answered alike. */
export const repeats: Round = async (ring, nth) => {
  const op = `repeated-${nth}`;
  const input = { projectId: ring.cast.hot, title: `Race ${op}`, description: markOf(op) };
  const call = { op, verb: 'create', path: 'tickets.create', ticket: null, input };
  const answers = await Promise.all(Array.from({ length: SAME_KEY }, () => ring.racers.call(first(ring.cast), call)));
  const ids = new Set(answers.filter(isReply).map(({ reply }) => reply.id));
  if (codesOf(answers).some((code) => code !== 'ok') || ids.size !== 1)
    ring.wrong('ONCE', `${op}: ${codesOf(answers).join(' ')} of ${ids.size} tickets`);
};

/** B5: a key that comes back with another request is refused, whatever it was for. */
export const misuses: Round = async (ring, nth) => {
  const op = `misused-${nth}`;
  await aTicket(ring, op);
  const other = { projectId: ring.cast.hot, title: 'Another', description: '' };
  const answer = await ring.racers.call(first(ring.cast), {
    op,
    verb: 'create',
    path: 'tickets.create',
    ticket: null,
    input: other,
  });
  if (isReply(answer) || answer.code !== 'IDEMPOTENCY_KEY_REUSED')
    ring.wrong('ONCE', `${op}: ${codesOf([answer]).join('')}`);
};
