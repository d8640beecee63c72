import { createHash } from 'node:crypto';
import type { ImportedTicket } from '../trackers/importedTicket.js';
import type { IssuePayload } from './githubPayload.js';

/** An issue as it was there: enough to tell what changed since. */
export interface RemoteIssue {
  readonly title: string;
  /** Of the description, which may be long. */
  readonly descriptionHash: string;
  /** Null: it did not say. */
  readonly isClosed: boolean | null;
  readonly labels: readonly string[];
  /** Whom it is given to, by their names there, the first one first. */
  readonly assignees: readonly string[];
  readonly dueDate: string | null;
}

/** What happened there. What is left out stays here as it is, whoever made it so. */
export interface RemoteChange {
  readonly title?: true;
  readonly description?: true;
  readonly isClosed?: boolean;
  readonly dueDate?: true;
  readonly labelsAdded: readonly string[];
  readonly labelsRemoved: readonly string[];
  readonly assigneesAdded: readonly string[];
  readonly assigneesRemoved: readonly string[];
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const loginOf = ({ username, name }: ImportedTicket['assignees'][number]): string => (username ?? name).toLowerCase();

/** `payload` beside the ticket: a short one, of a pinned issue for instance, does not say everything. */
export const remoteOf = (
  { title, description, status, labels, assignees, dueDate }: ImportedTicket,
  { issue }: IssuePayload,
): RemoteIssue => ({
  title,
  descriptionHash: hashOf(description),
  isClosed: issue.state === undefined ? null : status === 'CLOSED',
  labels,
  assignees: assignees.map(loginOf),
  dueDate,
});

/** With what it does not say as it was known. */
export const completed = (now: RemoteIssue, before: RemoteIssue, { issue }: IssuePayload): RemoteIssue => ({
  ...now,
  isClosed: now.isClosed ?? before.isClosed,
  labels: issue.labels === undefined ? before.labels : now.labels,
  assignees: issue.assignees === undefined ? before.assignees : now.assignees,
  dueDate: issue.milestone === undefined ? before.dueDate : now.dueDate,
});

const without = (some: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others);
  return some.filter((one) => !known.has(one));
};

/** All that is otherwise than it was when it was last told of. */
export const changesSince = (before: RemoteIssue, now: RemoteIssue): RemoteChange => ({
  ...(now.title !== before.title && { title: true }),
  ...(now.descriptionHash !== before.descriptionHash && { description: true }),
  ...(now.isClosed !== null && now.isClosed !== before.isClosed && { isClosed: now.isClosed }),
  ...(now.dueDate !== before.dueDate && { dueDate: true }),
  labelsAdded: without(now.labels, before.labels),
  labelsRemoved: without(before.labels, now.labels),
  assigneesAdded: without(now.assignees, before.assignees),
  assigneesRemoved: without(before.assignees, now.assignees),
});

const nothing: RemoteChange = { labelsAdded: [], labelsRemoved: [], assigneesAdded: [], assigneesRemoved: [] };
const listOf = (name: string | undefined): string[] => (name === undefined ? [] : [name]);

/** Actions, and what of the issue each of them changes. */
const byAction: Readonly<Record<string, (payload: IssuePayload) => Partial<RemoteChange>>> = {
  edited: () => ({ title: true, description: true }),
  closed: () => ({ isClosed: true }),
  reopened: () => ({ isClosed: false }),
  milestoned: () => ({ dueDate: true }),
  demilestoned: () => ({ dueDate: true }),
  labeled: ({ label }) => ({ labelsAdded: listOf(label?.name) }),
  unlabeled: ({ label }) => ({ labelsRemoved: listOf(label?.name) }),
  assigned: ({ assignee }) => ({ assigneesAdded: listOf(assignee?.login.toLowerCase()) }),
  unassigned: ({ assignee }) => ({ assigneesRemoved: listOf(assignee?.login.toLowerCase()) }),
  deleted: () => ({ isClosed: true }),
  transferred: () => ({ isClosed: true }),
};

/**
 * What the action itself says, of an issue that nothing is known of from before, or that was told of in the same second: which of both came
 * first cannot be known then, and what the action does not name may be older.
 */
export const changesOfAction = (payload: IssuePayload): RemoteChange => ({
  ...nothing,
  ...byAction[payload.action]?.(payload),
});

/** The same change of what is known, for whoever compares with it next. */
export function afterAction(before: RemoteIssue, now: RemoteIssue, change: RemoteChange): RemoteIssue {
  return {
    title: change.title ? now.title : before.title,
    descriptionHash: change.description ? now.descriptionHash : before.descriptionHash,
    isClosed: change.isClosed ?? before.isClosed,
    dueDate: change.dueDate ? now.dueDate : before.dueDate,
    labels: [...without(before.labels, [...change.labelsRemoved, ...change.labelsAdded]), ...change.labelsAdded],
    assignees: [
      ...without(before.assignees, [...change.assigneesRemoved, ...change.assigneesAdded]),
      ...change.assigneesAdded,
    ],
  };
}
