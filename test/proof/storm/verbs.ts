import type { AssignmentReply } from '../../../contract/assignment.js';
import type { BulkResult } from '../../../contract/bulkUpdate.js';
import type { ProjectEventType } from '../../../contract/event.js';
import type { AssignmentProposal } from '../../../contract/proposal.js';
import { weighted, type Random } from '../../../seeders/support/random.js';
import type { Person } from '../stage/setUp.js';
import type { Draft, Workbench } from './workbench.js';

/** Stands in every text of the project that nobody but writers may know of, and of internal comments. */
export const SECRET_WORD = 'canary-of-the-secret-project';
export const INTERNAL_WORD = 'canary-of-staff';

export interface Hand {
  readonly random: Random;
  readonly bench: Workbench;
  readonly by: Person;
  /** Names the operation in whatever text it writes. */
  readonly mark: string;
}
/** One thing to do. */
export interface Errand {
  readonly input: object;
  readonly project: string;
  readonly ticket: Draft | null;
  /** Takes over what the reply says. */
  readonly learn: (reply: Reply) => void;
  /** Whether the reply says that things were so already. */
  readonly isIdle?: (reply: Reply) => boolean;
}
/** What is read of replies, which are of several kinds. */
export interface Reply {
  readonly id: string;
  readonly seq: number;
  readonly projectId?: string;
  readonly version?: number;
  readonly reason?: string | null;
  readonly assigneeId?: string | null;
  readonly assignees?: readonly { readonly assignmentId: string; readonly userId: string }[];
  readonly conversationId?: string;
  readonly watching?: boolean;
  /** Of an announced file. */
  readonly attachment?: { readonly id: string };
  readonly uploadUrl?: string;
  /** Of `assignments.save` and `assignments.approve`. */
  readonly assignments?: readonly Pick<AssignmentReply, 'id' | 'assigneeId' | 'proposalId' | 'seq' | 'reason'>[];
  /** Of a work profile. */
  readonly capacity?: number;
  readonly currentWorkload?: number;
  /** Of `assignments.propose`. */
  readonly proposals?: readonly Pick<AssignmentProposal, 'id' | 'ticketId' | 'assigneeId'>[];
  /** Of `tickets.bulkUpdate`. */
  readonly results?: readonly BulkResult[];
}

type Plan = (hand: Hand) => Errand | null;
interface Verb {
  readonly path: string;
  readonly weight: number;
  readonly plan: Plan;
}

const isLive = ({ isDeleted, mover }: Draft): boolean => !isDeleted && mover === null;
const statuses = ['OPEN', 'IN_PROGRESS', 'REVIEW', 'RESOLVED', 'CLOSED'] as const;
const priorities = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const;

function learnTicket(draft: Draft, reply: Reply): void {
  draft.version = reply.version ?? draft.version;
  draft.project = reply.projectId ?? draft.project;
  draft.spans = (reply.assignees ?? []).map(({ assignmentId, userId }) => ({ id: assignmentId, holder: userId }));
}

type OnTicket = Omit<Errand, 'project' | 'ticket' | 'learn'> & Partial<Pick<Errand, 'learn'>>;
const on = (draft: Draft | null, errand: (draft: Draft) => OnTicket): Errand | null =>
  draft && {
    learn: (reply) => learnTicket(draft, reply),
    ...errand(draft),
    project: draft.project,
    ticket: draft,
  };

const create =
  (project: string, isMover: boolean, secret = ''): Plan =>
  ({ random, bench, by, mark }) => {
    const { customers, writers } = bench.cast;
    const isReported = project === bench.cast.hot && random.chance(0.3);
    const input = {
      projectId: project,
      title: `Storm ${mark}${secret}`,
      description: `${mark}${secret}`,
      storyPoints: random.below(8),
      ...(isReported && { reporterId: random.pick(customers).id }),
      ...(random.chance(0.3) && { assigneeId: random.pick(writers).id }),
    };
    const learn = (reply: Reply) => {
      const draft: Draft = {
        id: reply.id,
        project,
        version: 1,
        isDeleted: false,
        spans: [],
        comments: [],
        mover: isMover ? by.id : null,
      };
      learnTicket(draft, reply);
      if (secret === '') bench.add(draft);
    };
    return { input, project, ticket: null, learn };
  };

const update =
  (fields: (random: Random) => object): Plan =>
  ({ random, bench, mark, by }) =>
    on(
      bench.pick((draft) => !draft.isDeleted && (draft.mover ?? by.id) === by.id),
      ({ id, version }) => ({
        input: {
          ticketId: id,
          patch: { description: mark, ...fields(random) },
          ...(random.chance(0.4) && { expectedVersion: version }),
        },
      }),
    );

const assign: Plan = ({ random, bench, mark }) =>
  on(bench.pick(isLive), (draft) => ({
    input: {
      ticketId: draft.id,
      assigneeId: random.pick(bench.cast.writers).id,
      reason: mark,
      ...(random.chance(0.3) && { primary: true }),
    },
    learn: ({ id, assigneeId }) => void draft.spans.push({ id, holder: assigneeId ?? '' }),
    isIdle: ({ reason }) => reason !== mark,
  }));

const claim: Plan = ({ bench }) =>
  on(bench.pick((draft) => isLive(draft) && draft.spans.length === 0) ?? bench.pick(isLive), (draft) => ({
    input: { ticketId: draft.id },
    learn: ({ id, assigneeId }) => void draft.spans.push({ id, holder: assigneeId ?? '' }),
  }));

const isHeld = (draft: Draft): boolean => isLive(draft) && draft.spans.length > 0;

const reassign: Plan = ({ random, bench, mark }) =>
  on(bench.pick(isHeld), (draft) => {
    const span = random.pick(draft.spans);
    const others = bench.cast.writers.filter(({ id }) => id !== span.holder);
    return {
      input: { assignmentId: span.id, newAssigneeId: random.pick(others).id, reason: mark },
      learn: ({ id, assigneeId }) => {
        draft.spans = [...draft.spans.filter((old) => old !== span), { id, holder: assigneeId ?? '' }];
      },
    };
  });

const remove: Plan = ({ random, bench, mark }) =>
  on(bench.pick(isHeld), (draft) => {
    const span = random.pick(draft.spans);
    return {
      input: { assignmentId: span.id, reason: mark },
      learn: () => {
        draft.spans = draft.spans.filter((old) => old !== span);
      },
    };
  });

const comment: Plan = ({ random, bench, mark, by }) =>
  on(bench.pick(isLive), (draft) => {
    const isInternal = random.chance(0.3);
    return {
      input: {
        ticketId: draft.id,
        content: isInternal ? `${mark}${INTERNAL_WORD}` : mark,
        visibility: isInternal ? 'INTERNAL' : 'PUBLIC',
      },
      learn: ({ id }) => void (isInternal || draft.comments.push({ id, by: by.id })),
    };
  });

const editComment: Plan = ({ bench, mark, by }) => {
  const isMine = (one: { by: string }) => one.by === by.id;
  return on(
    bench.pick((draft) => isLive(draft) && draft.comments.some(isMine)),
    ({ comments }) => ({
      input: { commentId: comments.findLast(isMine)?.id, patch: { content: mark } },
      learn: () => undefined,
    }),
  );
};

const move: Plan = ({ bench, mark, by }) =>
  on(
    bench.pick(({ mover }) => mover === by.id),
    ({ id, project }) => {
      const { hot, side } = bench.cast;
      return { input: { ticketId: id, projectId: project === hot ? side : hot, reason: mark } };
    },
  );

const deletion: Plan = ({ bench, mark }) =>
  on(bench.pick(isLive), (draft) => ({
    input: { ticketId: draft.id, reason: mark },
    learn: () => void Object.assign(draft, { isDeleted: true, spans: [] }),
  }));

const restore: Plan = ({ bench }) =>
  on(
    bench.pick(({ isDeleted }) => isDeleted),
    (draft) => ({
      input: { ticketId: draft.id },
      learn: (reply) => {
        draft.isDeleted = false;
        learnTicket(draft, reply);
      },
    }),
  );

const verbs = {
  create: { path: 'tickets.create', weight: 6, plan: (hand) => create(hand.bench.cast.hot, false)(hand) },
  createMover: {
    path: 'tickets.create',
    weight: 1,
    plan: (hand) => (hand.bench.hasRoomForMover(hand.by) ? create(hand.bench.cast.hot, true)(hand) : null),
  },
  createSecret: {
    path: 'tickets.create',
    weight: 2,
    plan: (hand) => create(hand.bench.cast.secret, false, SECRET_WORD)(hand),
  },
  update: { path: 'tickets.update', weight: 22, plan: update(() => ({})) },
  points: { path: 'tickets.update', weight: 6, plan: update((random) => ({ storyPoints: random.below(8) })) },
  status: { path: 'tickets.update', weight: 14, plan: update((random) => ({ status: random.pick(statuses) })) },
  priority: { path: 'tickets.update', weight: 6, plan: update((random) => ({ priority: random.pick(priorities) })) },
  assign: { path: 'assignments.assign', weight: 10, plan: assign },
  claim: { path: 'assignments.claim', weight: 8, plan: claim },
  reassign: { path: 'assignments.reassign', weight: 10, plan: reassign },
  remove: { path: 'assignments.remove', weight: 6, plan: remove },
  comment: { path: 'comments.create', weight: 10, plan: comment },
  editComment: { path: 'comments.update', weight: 4, plan: editComment },
  move: { path: 'tickets.move', weight: 2, plan: move },
  delete: { path: 'tickets.delete', weight: 1, plan: deletion },
  restore: { path: 'tickets.restore', weight: 1, plan: restore },
} as const satisfies Record<string, Verb>;
export type VerbName = keyof typeof verbs;
export const verbNames = Object.keys(verbs) as VerbName[];

/** Their events carry no text of the caller: they are known by the number in the reply alone. */
export const unmarked = {
  claim: 'ticket.assigned',
  approve: 'ticket.assigned',
  reject: 'assignment.rejected',
  restore: 'ticket.restored',
  edit: 'ticket.updated',
  link: 'ticket.linked',
  unlink: 'ticket.unlinked',
  merge: 'ticket.merged',
  unmerge: 'ticket.unmerged',
  split: 'ticket.created',
  say: 'comment.created',
  hide: 'comment.updated',
  reword: 'comment.updated',
  erase: 'comment.deleted',
  post: 'message.posted',
  detach: 'attachment.removed',
} as const satisfies Record<string, ProjectEventType>;

const weights = Object.fromEntries(Object.entries(verbs).map(([name, { weight }]) => [name, weight]));
const chosen = weighted(weights as Record<VerbName, number>);

export type NamedErrand = Errand & { readonly verb: VerbName; readonly path: string };

/** This very thing; null when it cannot be done now. */
export function errandOf(verb: VerbName, hand: Hand): NamedErrand | null {
  const { path, plan } = verbs[verb];
  const errand = plan(hand);
  return errand && { ...errand, verb, path };
}

/** Something that can be done now. */
export function nextErrand(hand: Hand): NamedErrand {
  for (;;) {
    const errand = errandOf(hand.bench.isThin ? 'create' : chosen(hand.random), hand);
    if (errand) return errand;
  }
}
