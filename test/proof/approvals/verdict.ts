import type { Violation } from '../checker/violation.js';
import { isReply, type Answer } from '../races/racers.js';
import type { Deed } from './deeds.js';
import { inOrder, overfullOf, passagesOf } from './room.js';
import { CAPACITY, type Proposal, type Scene } from './scene.js';
import type { Decided, Truth } from './truth.js';

/** A call, and what it was told. */
export interface Done {
  readonly deed: Deed;
  readonly answer: Answer;
}

/** All that is wrong with a round. `base`: what people had before it. */
export const verdictOf = (scene: Scene, done: readonly Done[], truth: Truth, base: Truth['loads']): Violation[] => [
  ...refusals(done),
  ...room(scene, done, truth, base),
  ...loads(truth),
  ...decisions(scene, done, truth),
];

const assign = (what: string): Violation => ({ check: 'ASSIGN', what });

/** Each kind of call has its own reasons to be refused. */
const refusals = (done: readonly Done[]): Violation[] =>
  done.flatMap(({ deed: { call, refusals: allowed }, answer }) =>
    isReply(answer) || allowed.has(answer.code)
      ? []
      : [{ check: 'LIVE' as const, what: `${call.op} (${call.path}) was refused by ${answer.code}` }],
  );

/** At each approval there was room, and no limit was changed at a load that nobody had. */
function room(scene: Scene, done: readonly Done[], { events, limits }: Truth, base: Truth['loads']): Violation[] {
  const together = new Map(
    done.flatMap(({ deed, answer }) => {
      const made = isReply(answer) ? (deed.call.things?.(answer.reply) ?? []) : [];
      // What was so already has the number of an earlier transaction.
      return made.flatMap(({ seq, idle }) => (seq === undefined || idle ? [] : [[seq, deed.call.op] as const]));
    }),
  );
  return scene.holders.flatMap(({ id, name }) => {
    const before = base.get(id)?.workload ?? 0;
    const developerId = scene.developerOf.get(id) ?? '';
    const changed = (limits.get(developerId) ?? []).map((one) => ({ ...one, load: loadAt(done, developerId, one.to) }));
    const changes = inOrder(CAPACITY, changed);
    if (!changes) return [assign(`the limits of ${name} do not follow upon each other`)];
    const course = { base: before, limit: CAPACITY, changes };
    return overfullOf(passagesOf(id, before, events, together), course).map((what) => assign(`${name}: ${what}`));
  });
}

/** What whoever changed a limit to this was told of the load; NaN: nobody was. */
function loadAt(done: readonly Done[], developerId: string, capacity: number): number {
  const replies = done.flatMap(({ answer }) => (isReply(answer) ? [answer.reply] : []));
  return replies.find((one) => one.id === developerId && one.capacity === capacity)?.currentWorkload ?? Number.NaN;
}

const loads = (truth: Truth): Violation[] =>
  [...truth.loads].flatMap(([user, { workload, points }]) =>
    workload === points ? [] : [assign(`${user} has a workload of ${workload} and holds ${points} points`)],
  );

/** Each proposal was decided on once at most, by whoever was told so; and nothing is there that nobody was told. */
function decisions(scene: Scene, done: readonly Done[], truth: Truth): Violation[] {
  const approved = tellings(done, ({ approves }) => approves);
  const rejected = tellings(done, ({ rejects }) => rejects);
  return scene.proposals.flatMap((proposal) => {
    const [by, against] = [approved.get(proposal.id) ?? [], rejected.get(proposal.id) ?? []];
    if (by.length + against.length > 1) {
      const names = [...by, ...against].map(({ deed }) => deed.call.op).join(' and ');
      return [{ check: 'ONCE' as const, what: `${proposal.id} was decided on by ${names}` }];
    }
    const right = { state: by.length > 0 ? 'APPROVED' : against.length > 0 ? 'REJECTED' : null };
    return disagreements(proposal, right.state, by[0], truth);
  });
}

/** By proposal, the calls that were told that they decided on it. */
function tellings(done: readonly Done[], of: (deed: Deed) => readonly Proposal[]): Map<string, Done[]> {
  const told = new Map<string, Done[]>();
  for (const one of done)
    if (isReply(one.answer)) for (const { id } of of(one.deed)) told.set(id, [...(told.get(id) ?? []), one]);
  return told;
}

function disagreements(proposal: Proposal, told: string | null, by: Done | undefined, truth: Truth): Violation[] {
  const row: Decided | undefined = truth.proposals.get(proposal.id);
  const decided = row && (row.state === 'APPROVED' || row.state === 'REJECTED') ? row.state : null;
  const made = by && isReply(by.answer) ? (by.answer.reply.assignments ?? []) : [];
  const ids = made
    .filter(({ proposalId }) => proposalId === proposal.id)
    .map(({ id }) => `${id} of ${proposal.assigneeId}`);
  const there = (row?.assignments ?? []).map(({ id, assigneeId }) => `${id} of ${assigneeId}`);
  const events = ['approved', 'rejected'].map((word) => truth.decisions.get(`assignment.${word} ${proposal.id}`) ?? 0);
  const seen = `${decided} as ${there.join()}, by ${events.join()} events`;
  const right = `${told} as ${ids.join()}, by ${[Number(told === 'APPROVED'), Number(told === 'REJECTED')].join()} events`;
  return seen === right ? [] : [assign(`${proposal.id} is ${seen}; told was ${right}`)];
}
