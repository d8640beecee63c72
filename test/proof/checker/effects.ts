import { groupBy } from '../../../server/kernel/groupBy.js';
import type { History, LogEvent } from '../history/lines.js';
import { unmarked } from '../storm/verbs.js';
import { operationsOf, type Operation } from './operations.js';
import type { Violation } from './violation.js';

const isOfProject = ({ stream }: LogEvent): boolean => stream.startsWith('project:');
const place = (stream: string, seq: number): string => `${stream}#${seq}`;
const nameOf = ({ stream, seq, type }: LogEvent): string => `${type} at ${place(stream, seq)}`;

/**
 * LOST, PHANTOM and ONCE: what was acknowledged is in the log where the reply said, once; what is in the log was asked for, and
 * was not refused; and equal keys get equal replies.
 */
export function checkEffects(history: History): Violation[] {
  const violations: Violation[] = [];
  const operations = operationsOf(history);
  const events = history.log.filter(isOfProject);
  const byOp = groupBy(
    events.filter(({ op }) => op !== null),
    ({ op }) => op ?? '',
  );
  const bySeq = groupBy(events, ({ seq }) => seq);
  for (const operation of operations.values())
    violations.push(...effectOf(operation, byOp.get(operation.op) ?? [], bySeq.get(operation.seq ?? 0) ?? []));
  violations.push(...phantoms(history, operations, events));
  return violations;
}

/** `made` carry its name, `numbered` the number of its reply. */
function effectOf(operation: Operation, made: readonly LogEvent[], numbered: readonly LogEvent[]): Violation[] {
  const { op, out, replies, isMarked } = operation;
  const violations: Violation[] = [];
  if (made.length > 1)
    violations.push({ check: 'ONCE', what: `${op} was done ${made.length} times: ${made.map(nameOf).join(', ')}` });
  const [first, ...others] = replies;
  for (const other of others)
    if (other.reply !== first?.reply)
      violations.push({ check: 'ONCE', what: `${op} was answered differently by ${other.node}` });
  if (out === 'ok') violations.push(...(isMarked ? markedLoss(operation, made) : unmarkedLoss(operation, numbered)));
  if (out === 'fail')
    violations.push(
      ...made.map((event) => ({ check: 'PHANTOM' as const, what: `${op} was refused and yet done: ${nameOf(event)}` })),
    );
  return violations;
}

function markedLoss({ op, isIdle, isRoaming, seq, project, verb }: Operation, made: readonly LogEvent[]): Violation[] {
  // Taking access away is told by the number alone, and looked at with the streams.
  if (isIdle || verb === 'loss') return [];
  const where = `${op} (${verb}) was acknowledged at ${place(project, seq ?? 0)}`;
  if (made.length === 0) return [{ check: 'LOST', what: `${where}, and no event tells of it` }];
  const isThere = made.some((event) => (isRoaming || event.stream === project) && event.seq === seq);
  return isThere ? [] : [{ check: 'LOST', what: `${where}, and stands elsewhere: ${made.map(nameOf).join(', ')}` }];
}

function unmarkedLoss(
  { op, verb, by, ticket, project, seq, isIdle, isRoaming }: Operation,
  numbered: readonly LogEvent[],
): Violation[] {
  if (isIdle) return [];
  const where = `${op} (${verb}) was acknowledged at ${place(project, seq ?? 0)}`;
  const there = numbered.filter(({ stream }) => isRoaming || stream === project);
  const [event] = there;
  if (!event) return [{ check: 'LOST', what: `${where}, and there is no such event` }];
  const fits = (one: LogEvent) =>
    verb === 'claim' ? one.assignee === by : one.type === namelessTypes[verb] && one.by === by;
  return there.some((one) => one.ticket === ticket && fits(one))
    ? []
    : [{ check: 'LOST', what: `${where}, which is another thing: ${nameOf(event)}` }];
}

/** Events that nobody asked for. Those without a name need an operation of their author on their ticket, each its own. */
function phantoms(
  { setting }: History,
  operations: ReadonlyMap<string, Operation>,
  events: readonly LogEvent[],
): Violation[] {
  const violations: Violation[] = [];
  const may = new Map<string, number>();
  const slot = (by: string | null, ticket: string | null, type: string) => `${by} ${ticket} ${type}`;
  const add = (key: string) => may.set(key, (may.get(key) ?? 0) + 1);
  for (const { verb, by, ticket, out, beside } of operations.values()) {
    if (out === 'fail') continue;
    const type = namelessTypes[verb];
    if (type !== undefined) add(slot(by, verb === 'loss' ? null : ticket, type));
    for (const other of beside) add(slot(by, other.ticket, other.type));
  }
  for (const event of events) {
    if (event.seq <= (setting.before[event.stream] ?? 0)) continue;
    if (event.op !== null) {
      if (!operations.has(event.op))
        violations.push({ check: 'PHANTOM', what: `nobody asked for ${nameOf(event)}, which says ${event.op}` });
      continue;
    }
    const key = slot(event.by, event.ticket, event.type);
    const left = may.get(key) ?? 0;
    if (left === 0) violations.push({ check: 'PHANTOM', what: `nobody asked for ${nameOf(event)}` });
    else may.set(key, left - 1);
  }
  return violations;
}

const namelessTypes: Readonly<Record<string, string>> = {
  ...unmarked,
  // The first answer to whoever reported the ticket is noted in it.
  comment: 'ticket.updated',
  move: 'ticket.moved',
  loss: 'member.removed',
};
