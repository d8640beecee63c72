import { weighted } from '../../../seeders/support/random.js';
import type { Call } from '../races/racers.js';
import { writerOf, type Ring } from '../races/rounds.js';
import type { Person } from '../stage/setUp.js';
import type { Reply } from '../storm/verbs.js';
import { markOf } from '../storm/writer.js';
import { CAPACITY, type Proposal, type Scene } from './scene.js';

/** Somebody calls; what it decides on when it is answered, and what it may be refused by. */
export interface Deed {
  readonly by: Person;
  readonly call: Call;
  readonly approves: readonly Proposal[];
  readonly rejects: readonly Proposal[];
  readonly refusals: ReadonlySet<string>;
}

interface Hand {
  readonly ring: Ring;
  readonly scene: Scene;
  readonly op: string;
  /** Limits that each holder has not had in this round. */
  readonly limits: ReadonlyMap<string, number[]>;
}
type Drawn = Omit<Call, 'op' | 'ticket'> &
  Partial<Pick<Call, 'ticket'> & Pick<Deed, 'by' | 'approves' | 'rejects'>> & { readonly refusals: readonly string[] };
interface Kind {
  readonly weight: number;
  /** Null: it cannot be done any more. */
  readonly draw: (hand: Hand) => Drawn | null;
}

const idle = { idle: true } as const;
const OVERTAKEN = ['STALE_PROPOSAL', 'NOT_FOUND'];
/** The ticket was closed or deleted, or another one holds it. */
const GONE = ['CONFLICT', 'NOT_FOUND'];
const approvedBeside = (ticket: string) => [{ type: 'assignment.approved', ticket }] as const;

/** So many of them, none of a ticket twice. */
function some<Item>({ ring: { random } }: Hand, items: readonly Item[], count: number): Item[] {
  const drawn = items.map((item) => ({ item, at: random.next() })).toSorted((a, b) => a.at - b.at);
  return drawn.slice(0, count).map(({ item }) => item);
}

function approve({ op }: Hand, proposals: readonly Proposal[]): Drawn {
  const things = (reply: Reply | null) =>
    proposals.map(({ ticketId: ticket }, nth) => {
      const made = reply?.assignments?.[nth];
      return { op: `${op}-${nth}`, ticket, ...(made && { seq: made.seq, beside: approvedBeside(ticket) }) };
    });
  const input = { proposalIds: proposals.map(({ id }) => id) };
  const refusals = [...OVERTAKEN, 'CAPACITY_EXCEEDED'];
  return { verb: 'approve', path: 'assignments.approve', input, things, approves: proposals, refusals };
}

/** Proposals, and one ticket by hand, in one transaction. */
function save(hand: Hand): Drawn {
  const { op, scene, ring } = hand;
  const approves = some(hand, scene.proposals, 1 + ring.random.below(2));
  const free = scene.ticketIds.filter((id) => !approves.some(({ ticketId }) => ticketId === id));
  const byHand = { ticketId: ring.random.pick(free), assigneeId: ring.random.pick(scene.holders).id };
  const items = [...approves.map(({ id, ...rest }) => ({ ...rest, proposalId: id })), byHand];
  const assignments = items.map((item, nth) => ({ ...item, reason: markOf(`${op}-${nth}`) }));
  const things = (reply: Reply | null) =>
    assignments.map(({ ticketId: ticket, reason }, nth) => {
      const made = reply?.assignments?.[nth];
      const beside = made && nth < approves.length ? { beside: approvedBeside(ticket) } : {};
      return {
        op: `${op}-${nth}`,
        ticket,
        ...beside,
        ...(made && { seq: made.seq, ...(made.reason !== reason && idle) }),
      };
    });
  const refusals = [...OVERTAKEN, ...GONE, 'CAPACITY_EXCEEDED'];
  return { verb: 'assign', path: 'assignments.save', input: { assignments }, things, approves, refusals };
}

const reject = (hand: Hand): Drawn => {
  const rejects = some(hand, hand.scene.proposals, 1 + hand.ring.random.below(2));
  const input = { proposalIds: rejects.map(({ id }) => id), reason: 'Not this one' };
  const things = () => rejects.map(({ ticketId: ticket }, nth) => ({ op: `${hand.op}-${nth}`, ticket, ...idle }));
  return { verb: 'reject', path: 'assignments.reject', input, things, rejects, refusals: OVERTAKEN };
};

/** Takes back all that waits: of each ticket an event, or none. */
const reset = ({ scene, ring: { cast } }: Hand): Drawn => {
  const beside = scene.ticketIds.map((ticket) => ({ type: 'assignment.withdrawn', ticket }) as const);
  const things = () => [{ ...idle, beside }];
  return { verb: 'reset', path: 'assignments.reset', input: { projectId: cast.hot }, things, refusals: [] };
};

const assign = ({ ring: { random }, scene, op }: Hand): Drawn => {
  const [ticket, assigneeId] = [random.pick(scene.ticketIds), random.pick(scene.holders).id];
  const input = { ticketId: ticket, assigneeId, reason: markOf(op), primary: random.chance(0.5) };
  const things = (reply: Reply | null) => [reply && reply.reason !== markOf(op) ? idle : {}];
  return { verb: 'assign', path: 'assignments.assign', ticket, input, things, refusals: GONE };
};

const claim = ({ ring: { random }, scene }: Hand): Drawn => {
  const ticket = random.pick(scene.ticketIds);
  return { verb: 'claim', path: 'assignments.claim', ticket, input: { ticketId: ticket }, refusals: GONE };
};

const reassign = ({ ring: { random }, scene, op }: Hand): Drawn => {
  const { id: assignmentId, ticketId: ticket } = random.pick(scene.spans);
  const input = { assignmentId, newAssigneeId: random.pick(scene.holders).id, reason: markOf(op) };
  const things = (reply: Reply | null) => [reply && reply.reason !== markOf(op) ? idle : {}];
  return { verb: 'reassign', path: 'assignments.reassign', ticket, input, things, refusals: GONE };
};

const remove = ({ ring: { random }, scene, op }: Hand): Drawn => {
  const { id: assignmentId, ticketId: ticket } = random.pick(scene.spans);
  const input = { assignmentId, reason: markOf(op) };
  return { verb: 'remove', path: 'assignments.remove', ticket, input, refusals: GONE };
};

const update =
  (fields: (hand: Hand) => object) =>
  (hand: Hand): Drawn => {
    const ticket = hand.ring.random.pick(hand.scene.ticketIds);
    const input = { ticketId: ticket, patch: { description: markOf(hand.op), ...fields(hand) } };
    return { verb: 'update', path: 'tickets.update', ticket, input, refusals: GONE };
  };

const erase = ({ ring: { random }, scene, op }: Hand): Drawn => {
  const ticket = random.pick(scene.ticketIds);
  const input = { ticketId: ticket, reason: markOf(op) };
  return { verb: 'delete', path: 'tickets.delete', ticket, input, refusals: GONE };
};

/** Each limit once in a round, so that the order of the changes is to be read from them. */
const limit = ({ ring: { random, cast }, scene, limits }: Hand): Drawn | null => {
  const { id } = random.pick(scene.holders);
  const capacity = limits.get(id)?.shift();
  if (capacity === undefined) return null;
  const input = { developerId: scene.developerOf.get(id), patch: { capacity } };
  return { verb: 'limit', path: 'developers.update', by: cast.admin, input, things: () => [idle], refusals: [] };
};

const kinds = {
  approve: { weight: 34, draw: (hand) => approve(hand, [hand.ring.random.pick(hand.scene.proposals)]) },
  approveSome: {
    weight: 12,
    draw: (hand) => approve(hand, some(hand, hand.scene.proposals, 2 + hand.ring.random.below(3))),
  },
  save: { weight: 8, draw: save },
  reject: { weight: 5, draw: reject },
  reset: { weight: 0.5, draw: reset },
  assign: { weight: 10, draw: assign },
  claim: { weight: 6, draw: claim },
  reassign: { weight: 5, draw: reassign },
  remove: { weight: 6, draw: remove },
  limit: { weight: 4, draw: limit },
  points: { weight: 4, draw: update(({ ring: { random } }) => ({ storyPoints: 1 + random.below(3) })) },
  end: { weight: 4, draw: update(({ ring: { random } }) => ({ status: random.pick(['RESOLVED', 'CLOSED']) })) },
  delete: { weight: 2, draw: erase },
} as const satisfies Record<string, Kind>;
type KindName = keyof typeof kinds;

const weights = Object.fromEntries(Object.entries(kinds).map(([name, { weight }]) => [name, weight]));
const chosen = weighted(weights as Record<KindName, number>);

const CALLS = 50;
const LIMITS = [3, 4, 6, 7, 8];

/** What is called at once in a round. */
export function drawDeeds(ring: Ring, scene: Scene): Deed[] {
  const { random, cast } = ring;
  const limits = new Map(
    scene.holders.map(({ id }) => [id, LIMITS.filter((one) => one !== CAPACITY && random.chance(0.7))] as const),
  );
  const deeds: Deed[] = [];
  while (deeds.length < CALLS) {
    const op = `d${scene.nth}-${deeds.length}`;
    const drawn = kinds[chosen(random)].draw({ ring, scene, op, limits });
    if (!drawn) continue;
    const { by = writerOf(cast.writers, random.below(cast.writers.length)), ...rest } = drawn;
    const { approves = [], rejects = [], refusals, ticket = null, ...call } = rest;
    deeds.push({ by, call: { op, ticket, ...call }, approves, rejects, refusals: new Set(refusals) });
  }
  return deeds;
}
