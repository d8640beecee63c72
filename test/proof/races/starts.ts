import {
  BYTES,
  conditions,
  link,
  mutations,
  type Condition,
  type Mutation,
  type MutationName,
  type Start,
} from './mutations.js';
import { isReply, type Answer } from './racers.js';
import { aTicket, first, writerOf, type Ring } from './rounds.js';
import type { Person } from '../stage/setUp.js';
import type { Reply } from '../storm/verbs.js';
import { markOf } from '../storm/writer.js';

export type Pair = readonly [MutationName, MutationName];
export type Sides = readonly [Start, Start];

/** Cannot be, where the other one is. */
const exclusions: Partial<Record<Condition, Condition>> = { merged: 'absorbed', deleted: 'merged' };
/** Are made before. */
const foundations: Partial<Record<Condition, readonly Condition[]>> = {
  attached: ['commented'],
  linked: ['beside'],
  absorbed: ['beside'],
  merged: ['tagged', 'watched', 'beside'],
};

function conditionsOf(pair: Pair): Condition[] {
  const wanted = new Set(pair.flatMap((name) => (mutations[name] as Mutation).wants ?? []));
  for (const one of wanted) for (const before of foundations[one] ?? []) wanted.add(before);
  const isExcluded = (one: Condition) => [exclusions[one]].some((other) => other && wanted.has(other));
  return conditions.filter((one) => wanted.has(one) && !isExcluded(one));
}

/** How a condition is made, and what is to be remembered of that. */
interface Making {
  readonly does: Mutation;
  readonly learn?: (reply: Reply) => Partial<Start>;
}
const saying: Mutation = {
  path: 'comments.create',
  verb: 'say',
  input: ({ ticketId }) => ({ ticketId, content: 'Said before', visibility: 'PUBLIC' }),
};
const creating: Mutation = {
  path: 'tickets.create',
  verb: 'create',
  input: ({ project, op }) => ({ projectId: project, title: 'Beside', description: markOf(op) }),
  came: () => ({ ticket: null }),
};
const wearing = (ticket: 'ticketId' | 'otherId', tags: readonly string[]): Mutation => ({
  ...mutations.tag,
  input: (start) => ({ ticketId: start[ticket], tags }),
  came: (start) => ({ ticket: start[ticket] }),
});
const makings: Record<Condition, readonly Making[]> = {
  held: [{ does: mutations.assign, learn: ({ id }) => ({ assignmentId: id }) }],
  commented: [{ does: saying, learn: ({ id }) => ({ commentId: id }) }],
  tagged: [{ does: wearing('ticketId', ['worn', 'worn 0', 'worn 1', 'kept']) }],
  watched: [{ does: mutations.watch }],
  attached: [{ does: mutations.attach, learn: ({ attachment }) => ({ attachmentId: attachment?.id ?? '' }) }],
  beside: [{ does: creating, learn: ({ id }) => ({ otherId: id }) }, { does: wearing('otherId', ['brought', 'kept']) }],
  linked: [{ does: link('tickets.link', 'link', 'RELATES', false) }],
  absorbed: [{ does: mutations.absorb }],
  merged: [{ does: mutations.merge }],
  deleted: [{ does: mutations.delete }],
};

/** A ticket of which all is so that one of the two wants. */
export async function begin(ring: Ring, pair: Pair, op: string): Promise<Sides> {
  const { writers, hot, side: neighbour, secret } = ring.cast;
  const maker = first(ring.cast);
  const made = await aTicket(ring, `start-${op}`, { type: 'TASK' });
  const own = { assignmentId: made.id, commentId: made.id, attachmentId: made.id, otherId: made.id };
  const { conversationId = '', version = 1 } = made;
  let known: Start = {
    ...own,
    ticketId: made.id,
    conversationId,
    version,
    person: maker.id,
    project: hot,
    side: 0,
    op,
  };
  for (const condition of conditionsOf(pair))
    for (const [nth, { does, learn }] of makings[condition].entries()) {
      const answer = await act(ring, maker, does, { ...known, op: `${condition}${nth}-${op}` });
      if (!isReply(answer)) throw new Error(`not ${condition} for ${op}: ${answer.code}`);
      const { reply } = answer;
      if (reply.uploadUrl !== undefined) await ring.racers.upload(reply.uploadUrl, BYTES);
      const now = reply.id === known.ticketId ? { version: reply.version ?? known.version } : {};
      known = { ...known, ...now, ...learn?.(reply) };
    }
  return [
    { ...known, side: 0, op: `${op}-0`, person: writerOf(writers, 3).id, project: neighbour },
    { ...known, side: 1, op: `${op}-1`, person: writerOf(writers, 4).id, project: secret },
  ];
}

/** Somebody does this. `isRoaming`: the ticket may change its project meanwhile. */
export function act(
  { racers }: Ring,
  by: Person,
  { path, verb, input, came }: Mutation,
  start: Start,
  isRoaming = false,
): Promise<Answer> {
  const { op, ticketId: ticket } = start;
  const things = (reply: Reply | null) => {
    const roams = isRoaming && reply && reply.projectId === undefined && { roams: true as const };
    return [{ ...roams, ...(reply && came?.(start, reply)) }];
  };
  return racers.call(by, { op, verb, path, ticket, input: input(start), things });
}
