import type { Comment } from '../../../contract/comment.js';
import type { TicketDetail } from '../../../contract/ticket.js';
import { canonicalJson } from '../../../server/kernel/canonicalJson.js';
import { markOf } from '../storm/writer.js';
import { judge } from '../storm/calls.js';
import { mutationNames, mutations, type Condition, type Mutation, type MutationName, type Start } from './mutations.js';
import { isReply, type Answer } from './racers.js';
import { aTicket, first, writerOf, type Ring, type Round } from './rounds.js';

/** So many pairs race at a time, each over a ticket of its own. */
const AT_ONCE = 6;
type Pair = readonly [MutationName, MutationName];
type Sides = readonly [Start, Start];

const allPairs: readonly Pair[] = mutationNames.flatMap((a, nth) => mutationNames.slice(nth).map((b): Pair => [a, b]));
const conditionOf = (pair: Pair): Condition => {
  const wanted = new Set(pair.map((name) => (mutations[name] as Mutation).wants ?? 'free'));
  return wanted.has('deleted') ? 'deleted' : wanted.has('held') ? 'held' : 'free';
};

/** B6: all pairs of twelve mutations at once, each on one ticket: codes and ticket are as after one of the two orders. */
export const pairs: Round = async (ring, nth) => {
  for (let from = 0; from < allPairs.length; from += AT_ONCE)
    await Promise.all(allPairs.slice(from, from + AT_ONCE).map((pair) => racePair(ring, pair, nth)));
};

async function racePair(ring: Ring, pair: Pair, nth: number): Promise<void> {
  const name = pair.join(' and ');
  const right = await Promise.all([inTurn(ring, pair, [0, 1]), inTurn(ring, pair, [1, 0])]);
  const start = await begin(ring, pair, `${pair.join('-')}-${nth}`);
  const answers = await Promise.all([call(ring, pair, start, 0), call(ring, pair, start, 1)]);
  const seen = await outcomeOf(ring, start, answers);
  if (!right.includes(seen)) ring.wrong('CHAIN', `${name} at once ${nth}: ${seen}, and not ${right.join(' or ')}`);
}

/** What comes of one after the other: asked once. */
function inTurn(ring: Ring, pair: Pair, order: readonly [0 | 1, 0 | 1]): Promise<string> {
  const name = `${pair.join('-')}-${order.join('')}`;
  let known = ring.serial.get(name);
  if (!known) ring.serial.set(name, (known = runInTurn(ring, pair, order, name)));
  return known;
}

async function runInTurn(ring: Ring, pair: Pair, order: readonly [0 | 1, 0 | 1], name: string): Promise<string> {
  const start = await begin(ring, pair, `serial-${name}`);
  const answers: Answer[] = [];
  for (const side of order) answers[side] = await call(ring, pair, start, side);
  return outcomeOf(ring, start, answers);
}

async function begin(ring: Ring, pair: Pair, op: string): Promise<Sides> {
  const { writers, side: neighbour, secret } = ring.cast;
  const holder = first(ring.cast);
  const condition = conditionOf(pair);
  const made = await aTicket(ring, `start-${op}`, condition === 'held' ? { assigneeId: holder.id } : {});
  const { id: ticketId, version = 1, assignees = [] } = made;
  if (condition === 'deleted') {
    const gone = { op: `gone-${op}`, verb: 'delete', path: 'tickets.delete', ticket: ticketId };
    await ring.racers.call(holder, { ...gone, input: { ticketId, reason: markOf(gone.op) } });
  }
  const known = { ticketId, version, assignmentId: assignees[0]?.assignmentId ?? ticketId };
  return [
    { ...known, side: 0, op: `${op}-0`, person: writerOf(writers, 3).id, project: neighbour },
    { ...known, side: 1, op: `${op}-1`, person: writerOf(writers, 4).id, project: secret },
  ];
}

function call(ring: Ring, pair: Pair, sides: Sides, side: 0 | 1): Promise<Answer> {
  const { path, verb, input } = mutations[pair[side]] as Mutation;
  const start = sides[side];
  const by = writerOf(ring.cast.writers, 1 + side);
  const roams = path === 'comments.create' && pair.includes('move') && { roams: true as const };
  const things = () => [{ ...roams }];
  return ring.racers.call(by, { op: start.op, verb, path, ticket: start.ticketId, input: input(start), things });
}

/** What each was told, and the ticket then, without what is never the same twice. */
async function outcomeOf(ring: Ring, [{ ticketId }]: Sides, answers: readonly Answer[]): Promise<string> {
  const codes = answers.map((answer) => (isReply(answer) ? 'ok' : answer.code));
  const about = (path: string) => ring.racers.query(ring.cast.admin, path, { ticketId });
  try {
    const ticket = (await about('tickets.get')) as TicketDetail;
    const comments = (await about('comments.list')) as { items: readonly Comment[] };
    const authors = comments.items.map(({ userId }) => userId).toSorted();
    return canonicalJson({ codes, ticket: lastingOf(ticket), authors });
  } catch (error) {
    return canonicalJson({ codes, ticket: judge(error).code });
  }
}

function lastingOf(ticket: TicketDetail): object {
  const { title, status, priority, storyPoints, projectId, assigneeId, assignmentState, version } = ticket;
  const moments = [ticket.firstResponseAt, ticket.resolvedAt, ticket.completedAt, ticket.closedAt];
  return {
    state: [status, priority, storyPoints, projectId, assigneeId, assignmentState, version],
    title: title.startsWith('Race ') ? 'as it was' : title,
    happened: moments.map((moment) => moment !== null),
    holders: ticket.assignees.map(({ userId, isPrimary }) => `${userId} ${isPrimary}`).toSorted(),
    spans: ticket.assignments.map((one) => `${one.assigneeId} ${one.status} ${one.type} ${one.isPrimary}`).toSorted(),
  };
}
