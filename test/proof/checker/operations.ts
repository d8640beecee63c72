import { groupBy } from '../../../server/kernel/groupBy.js';
import type { Attempt, History, Moment, Outcome } from '../history/lines.js';
import { unmarked } from '../storm/verbs.js';

/** All attempts at one thing, under one key. */
export interface Operation {
  readonly op: string;
  readonly by: string;
  readonly verb: string;
  readonly ticket: string | null;
  readonly project: string;
  /** ok as soon as one attempt was; fail only if all were: one that nobody answered may be done later than one that was refused. */
  readonly out: Outcome;
  readonly seq: number | null;
  /** Whether the event that it makes carries its name. */
  readonly isMarked: boolean;
  readonly isIdle: boolean;
  /** `project` is not known. */
  readonly isRoaming: boolean;
  /** Of the first attempt. */
  readonly invoked: Moment;
  /** Of the first reply. */
  readonly returned: Moment;
  readonly replies: readonly Attempt[];
  readonly beside: NonNullable<Attempt['beside']>;
}

export function operationsOf({ attempts }: History): Map<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const [op, tries] of groupBy(attempts, (attempt) => attempt.op)) operations.set(op, operationOf(op, tries));
  return operations;
}

function operationOf(op: string, tries: readonly Attempt[]): Operation {
  const replies = tries.filter(({ out }) => out === 'ok');
  const [told] = replies;
  const one = told ?? tries[0];
  if (!one) throw new Error('an operation without an attempt');
  const { by, verb, ticket, project } = one;
  return {
    op,
    by,
    verb,
    ticket,
    project,
    out: told ? 'ok' : tries.every(({ out }) => out === 'fail') ? 'fail' : 'info',
    seq: told?.seq ?? null,
    isMarked: !(verb in unmarked),
    isIdle: told?.idle === true,
    isRoaming: told?.roams === true,
    invoked: tries.reduce((least, { invoked }) => Math.min(least, invoked), Infinity),
    returned: replies.reduce((least, { returned }) => Math.min(least, returned), Infinity),
    replies,
    beside: one.beside ?? [],
  };
}
