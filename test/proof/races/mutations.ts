import { createHash } from 'node:crypto';
import type { LinkType } from '../../../contract/link.js';
import type { Attempt } from '../history/lines.js';
import type { Reply } from '../storm/verbs.js';
import { markOf } from '../storm/writer.js';

/** What must be so of a ticket for something to be done with it, in the order in which it is made. */
export const conditions = [
  ...(['held', 'commented', 'tagged', 'watched', 'attached'] as const),
  ...(['beside', 'linked', 'absorbed', 'merged', 'deleted'] as const),
] as const;
export type Condition = (typeof conditions)[number];

/** The tickets before the race, and who may be named. Each side names another person, another word, another project. */
export interface Start {
  readonly ticketId: string;
  readonly version: number;
  readonly conversationId: string;
  /** Of another ticket of the project; the ticket itself, as all ids, when there is none. */
  readonly otherId: string;
  /** The span of whoever holds it. */
  readonly assignmentId: string;
  readonly commentId: string;
  readonly attachmentId: string;
  readonly person: string;
  readonly project: string;
  readonly side: 0 | 1;
  readonly op: string;
}
export interface Mutation {
  readonly path: string;
  readonly verb: string;
  readonly wants?: readonly Condition[];
  /** Both sides are one person: who made the ticket. */
  readonly isByMaker?: true;
  readonly input: (start: Start) => object;
  /** What it came to, when that is more than the ticket and the number that the reply names. */
  readonly came?: (start: Start, reply: Reply) => Partial<Attempt>;
}

const edit = (patch: (start: Start) => object, isChecked: boolean): Mutation => ({
  path: 'tickets.update',
  verb: 'edit',
  input: (start) => ({
    ticketId: start.ticketId,
    patch: patch(start),
    ...(isChecked && { expectedVersion: start.version }),
  }),
});
const ofSide =
  <Value>(values: readonly [Value, Value]) =>
  ({ side }: Start): Value =>
    values[side];

const priorityOf = ofSide(['HIGH', 'URGENT']);
const pointsOf = ofSide([3, 5]);
const statusOf = ofSide(['CLOSED', 'RESOLVED']);
const idle = { idle: true } as const;

/** Of two tickets, whose events carry no name: that of the reply, and the other one's. */
const ofTwo = (path: string, verb: string, rest: Pick<Mutation, 'input' | 'wants'>, type: Told): Mutation => ({
  path,
  verb,
  ...rest,
  came: ({ ticketId, otherId }, { id }) => ({
    ticket: id,
    beside: [{ type, ticket: id === ticketId ? otherId : ticketId }],
  }),
});
type Told = NonNullable<Attempt['beside']>[number]['type'];
/** Which of the two is named first; it may be so already. */
export const link = (path: string, verb: 'link' | 'unlink', type: LinkType, isTurned: boolean): Mutation => {
  const { came, ...rest } = ofTwo(
    path,
    verb,
    {
      wants: [verb === 'link' ? 'beside' : 'linked'],
      input: ({ ticketId, otherId }) =>
        isTurned ? { ticketId: otherId, otherId: ticketId, type } : { ticketId, otherId, type },
    },
    `ticket.${verb}ed`,
  );
  return { ...rest, came: (start, reply) => ({ ...came?.(start, reply), ...idle }) };
};
const tagging = (path: string, tags: (start: Start) => readonly string[]) => ({
  path,
  verb: 'edit',
  input: (start: Start) => ({ ticketId: start.ticketId, tags: tags(start) }),
});
/** What only its person is told. */
const watching = (path: string, wants: readonly Condition[] = []): Mutation => ({
  path,
  verb: 'watch',
  wants,
  isByMaker: true,
  input: ({ ticketId }) => ({ ticketId }),
  came: () => idle,
});
const ofComment = (path: string, verb: string, more: (start: Start) => object): Mutation => ({
  path,
  verb,
  wants: ['commented'],
  input: (start) => ({ commentId: start.commentId, ...more(start) }),
});

export const BYTES = 'attached';
const file = {
  filename: 'notes.txt',
  size: Buffer.byteLength(BYTES),
  sha256: createHash('sha256').update(BYTES).digest('hex'),
};

/** All that can be done with a ticket. Each changes it, unless it is refused, or says that it was so already. */
export const mutations = {
  title: edit(({ side }) => ({ title: `Title ${side}` }), true),
  priority: edit((start) => ({ priority: priorityOf(start) }), true),
  points: edit((start) => ({ storyPoints: pointsOf(start) }), false),
  end: edit((start) => ({ status: statusOf(start) }), false),
  fields: edit((start) => ({ customFields: ofSide([{ size: 3, note: 'one' }, { size: 5 }])(start) }), false),
  task: {
    path: 'tasks.update',
    verb: 'edit',
    input: (start) => ({ taskId: start.ticketId, patch: { estimatedHours: pointsOf(start) } }),
  },
  bulk: {
    path: 'tickets.bulkUpdate',
    verb: 'edit',
    input: (start) => ({
      ticketIds: [start.ticketId],
      patch: { category: ofSide(['BILLING', 'TECHNICAL'])(start) },
      expectedVersions: [start.version],
    }),
    came: (_, { results: [one] = [] }) =>
      one?.outcome === 'UPDATED' ? { seq: one.seq ?? 0 } : { out: 'fail', code: one?.code ?? 'LOST' },
  },
  assign: {
    path: 'assignments.assign',
    verb: 'assign',
    input: ({ ticketId, person, op }) => ({ ticketId, assigneeId: person, primary: true, reason: markOf(op) }),
  },
  save: {
    path: 'assignments.save',
    verb: 'assign',
    input: ({ ticketId, person, op }) => ({ assignments: [{ ticketId, assigneeId: person, reason: markOf(op) }] }),
    came: ({ op }, { assignments: [one] = [] }) => ({ seq: one?.seq ?? 0, ...(one?.reason !== markOf(op) && idle) }),
  },
  claim: { path: 'assignments.claim', verb: 'claim', input: ({ ticketId }) => ({ ticketId }) },
  reassign: {
    path: 'assignments.reassign',
    verb: 'reassign',
    wants: ['held'],
    input: ({ assignmentId, person, op }) => ({ assignmentId, newAssigneeId: person, reason: markOf(op) }),
  },
  remove: {
    path: 'assignments.remove',
    verb: 'remove',
    wants: ['held'],
    input: ({ assignmentId, op }) => ({ assignmentId, reason: markOf(op) }),
  },
  comment: {
    path: 'comments.create',
    verb: 'comment',
    input: ({ ticketId, op }) => ({ ticketId, content: markOf(op), visibility: 'PUBLIC' }),
  },
  reword: ofComment('comments.update', 'reword', ({ side }) => ({ patch: { content: `Reworded ${side}` } })),
  hide: {
    ...ofComment('comments.update', 'hide', () => ({ patch: { visibility: 'INTERNAL' } })),
    came: () => idle,
  },
  erase: ofComment('comments.delete', 'erase', () => ({})),
  post: {
    path: 'messages.post',
    verb: 'post',
    input: ({ conversationId, side }) => ({ conversationId, content: `Said ${side}` }),
    came: ({ ticketId }) => ({ beside: [{ type: 'ticket.updated', ticket: ticketId }] }),
  },
  attach: {
    path: 'attachments.create',
    verb: 'attach',
    wants: ['commented'],
    input: ({ ticketId, commentId }) => ({ ticketId, commentId, ...file }),
    came: ({ ticketId }) => ({ ...idle, beside: [{ type: 'attachment.added', ticket: ticketId }] }),
  },
  detach: {
    path: 'attachments.delete',
    verb: 'detach',
    wants: ['attached'],
    input: ({ attachmentId }) => ({ attachmentId }),
  },
  tag: tagging('tickets.tag', ({ side }) => ['both', `side ${side}`]),
  untag: { ...tagging('tickets.untag', ({ side }) => ['worn', `worn ${side}`]), wants: ['tagged'] },
  watch: watching('tickets.watch'),
  unwatch: watching('tickets.unwatch', ['watched']),
  link: link('tickets.link', 'link', 'DUPLICATES', false),
  unlink: link('tickets.unlink', 'unlink', 'RELATES', true),
  block: link('tickets.link', 'link', 'BLOCKS', false),
  blocked: link('tickets.link', 'link', 'BLOCKS', true),
  merge: ofTwo(
    'tickets.merge',
    'merge',
    { wants: ['tagged', 'watched', 'beside'], input: ({ ticketId, otherId }) => ({ ticketId, intoId: otherId }) },
    'ticket.merged',
  ),
  absorb: ofTwo(
    'tickets.merge',
    'merge',
    { wants: ['beside'], input: ({ ticketId, otherId }) => ({ ticketId: otherId, intoId: ticketId }) },
    'ticket.merged',
  ),
  unmerge: ofTwo(
    'tickets.unmerge',
    'unmerge',
    { wants: ['merged'], input: ({ ticketId }) => ({ ticketId }) },
    'ticket.unmerged',
  ),
  /** Takes back that the other ticket was merged into this one. */
  release: ofTwo(
    'tickets.unmerge',
    'unmerge',
    { wants: ['absorbed'], input: ({ otherId }) => ({ ticketId: otherId }) },
    'ticket.unmerged',
  ),
  split: {
    path: 'tickets.split',
    verb: 'split',
    wants: ['commented'],
    input: ({ ticketId, commentId, side }) => ({ ticketId, title: `Split ${side}`, commentIds: [commentId] }),
    came: ({ ticketId }, { id }) => ({
      ticket: id,
      beside: [
        { type: 'ticket.linked', ticket: ticketId },
        { type: 'comment.created', ticket: id },
      ],
    }),
  },
  move: {
    path: 'tickets.move',
    verb: 'move',
    input: ({ ticketId, project, op }) => ({ ticketId, projectId: project, reason: markOf(op) }),
  },
  delete: { path: 'tickets.delete', verb: 'delete', input: ({ ticketId, op }) => ({ ticketId, reason: markOf(op) }) },
  restore: {
    path: 'tickets.restore',
    verb: 'restore',
    wants: ['deleted'],
    input: ({ ticketId }) => ({ ticketId }),
  },
  deleteOther: {
    path: 'tickets.delete',
    verb: 'delete',
    wants: ['beside'],
    input: ({ otherId, op }) => ({ ticketId: otherId, reason: markOf(op) }),
    came: ({ otherId }) => ({ ticket: otherId }),
  },
} as const satisfies Record<string, Mutation>;
export type MutationName = keyof typeof mutations;
export const mutationNames = Object.keys(mutations) as MutationName[];
