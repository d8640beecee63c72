import { markOf } from '../storm/writer.js';

/** What a ticket must be for something to be done with it. */
export type Condition = 'free' | 'held' | 'deleted';

/** The ticket before the race, and who may be named. Each side names another person, another word, another project. */
export interface Start {
  readonly ticketId: string;
  readonly version: number;
  /** The span of whoever holds it. */
  readonly assignmentId: string;
  readonly person: string;
  readonly project: string;
  readonly side: 0 | 1;
  readonly op: string;
}
export interface Mutation {
  readonly path: string;
  readonly verb: string;
  readonly wants?: Condition;
  readonly input: (start: Start) => object;
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

/** Twelve things that can be done with a ticket. Each changes it, unless it is refused. */
export const mutations = {
  title: edit(({ side }) => ({ title: `Title ${side}` }), true),
  priority: edit((start) => ({ priority: priorityOf(start) }), true),
  points: edit((start) => ({ storyPoints: pointsOf(start) }), false),
  end: edit((start) => ({ status: statusOf(start) }), false),
  assign: {
    path: 'assignments.assign',
    verb: 'assign',
    input: ({ ticketId, person, op }) => ({ ticketId, assigneeId: person, primary: true, reason: markOf(op) }),
  },
  claim: { path: 'assignments.claim', verb: 'claim', input: ({ ticketId }) => ({ ticketId }) },
  reassign: {
    path: 'assignments.reassign',
    verb: 'reassign',
    wants: 'held',
    input: ({ assignmentId, person, op }) => ({ assignmentId, newAssigneeId: person, reason: markOf(op) }),
  },
  remove: {
    path: 'assignments.remove',
    verb: 'remove',
    wants: 'held',
    input: ({ assignmentId, op }) => ({ assignmentId, reason: markOf(op) }),
  },
  comment: {
    path: 'comments.create',
    verb: 'comment',
    input: ({ ticketId, op }) => ({ ticketId, content: markOf(op), visibility: 'PUBLIC' }),
  },
  move: {
    path: 'tickets.move',
    verb: 'move',
    input: ({ ticketId, project, op }) => ({ ticketId, projectId: project, reason: markOf(op) }),
  },
  delete: { path: 'tickets.delete', verb: 'delete', input: ({ ticketId, op }) => ({ ticketId, reason: markOf(op) }) },
  restore: { path: 'tickets.restore', verb: 'restore', wants: 'deleted', input: ({ ticketId }) => ({ ticketId }) },
} as const satisfies Record<string, Mutation>;
export type MutationName = keyof typeof mutations;
export const mutationNames = Object.keys(mutations) as MutationName[];
