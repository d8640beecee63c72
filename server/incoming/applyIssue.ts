import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { limits } from '../../contract/limits.js';
import { tagKey } from '../../contract/tagKey.js';
import type { TicketPatch } from '../../contract/ticket.js';
import { decodeRow } from '../db/decodeRow.js';
import { Ticket } from '../db/models/Ticket.js';
import { statement } from '../db/statement.js';
import { assignTicket } from '../features/assignments/commands/assignTicket.js';
import { removeAssignment } from '../features/assignments/commands/removeAssignment.js';
import { importComments } from '../features/comments/commands/importComments.js';
import type { Deps } from '../features/deps.js';
import { createTicket } from '../features/tickets/commands/createTicket.js';
import { tagTicket } from '../features/tickets/commands/tagTicket.js';
import { untagTicket } from '../features/tickets/commands/untagTicket.js';
import { updateTicket } from '../features/tickets/commands/updateTicket.js';
import type { IncomingRow } from '../features/webhooks/incoming.present.js';
import type { Actor } from '../kernel/actor.js';
import { commentParts, draftOf, tagsOf } from '../trackers/draft.js';
import type { ImportedTicket } from '../trackers/importedTicket.js';
import { categoryOf, priorityOfLabels } from '../trackers/tracker.js';
import { externalIdOf, importedOf, readingOfLabels, type IssuePayload } from './githubPayload.js';
import { itemOf, rememberItem, type KnownItem, type Received } from './items.js';
import { peopleNamed } from './peopleNamed.js';
import {
  afterAction,
  changesOfAction,
  changesSince,
  completed,
  remoteOf,
  type RemoteChange,
  type RemoteIssue,
} from './remoteIssue.js';

export interface Receiving {
  readonly deps: Deps;
  readonly endpoint: IncomingRow;
  readonly actor: Actor;
}

export const SOURCE = 'github';

const findTicket = statement(
  'incoming.ticket',
  'SELECT t.* FROM tickets t WHERE t.external_source = $1 AND t.external_id = $2',
);
const findHoldings = statement(
  'incoming.holdings',
  "SELECT a.id, a.assignee_id FROM assignments a WHERE a.ticket_id = $1 AND a.status = 'ACTIVE'",
);

type Row = ReturnType<typeof decodeTicket>;
const decodeTicket = (raw: object) => decodeRow(Ticket, raw);

export async function ticketOf({ deps }: Receiving, externalId: string): Promise<Row | null> {
  const [raw] = await deps.db.all(findTicket, [SOURCE, externalId]);
  return raw ? decodeTicket(raw) : null;
}

const done = (outcome: Received['outcome'], ticketId: string | null, reason: string | null = null): Received => ({
  outcome,
  reason,
  ticketId,
});

/**
 * Makes a ticket of an issue, or changes the one that there is by what changed there: what staff have changed here since stays. Of what
 * comes late only what the issue's own time does not contradict is done.
 */
export async function applyIssue(receiving: Receiving, payload: IssuePayload): Promise<Received> {
  const { deps, endpoint } = receiving;
  const externalId = externalIdOf(payload);
  const item = await itemOf<RemoteIssue>(deps.db.all, endpoint.id, externalId);
  if (item?.isGone) return done('STALE', item.ticketId, 'The issue was deleted, or is in another repository.');
  const remoteAt = new Date(payload.issue.updated_at);
  const isEnd = payload.action === 'deleted' || payload.action === 'transferred';
  if (item && remoteAt < item.remoteAt && !isEnd)
    return done('STALE', item.ticketId, 'Something newer of this issue came before.');
  const ticket = importedOf(payload);
  const row = await ticketOf(receiving, externalId);
  const problem = row && whyNot(row, endpoint);
  if (problem) return done('IGNORED', null, problem);
  const now = remoteOf(ticket, payload);
  const remember = (ticketId: string | null, remote: RemoteIssue): Promise<unknown> => {
    const known: KnownItem<RemoteIssue> = { ticketId, remoteAt, remote, isGone: isEnd };
    return rememberItem(deps.db.all, endpoint.id, externalId, known, deps.clock.now());
  };
  if (!row) {
    if (isEnd) {
      await remember(null, now);
      return done('IGNORED', null, 'There is no ticket of this issue.');
    }
    const ticketId = await create(receiving, payload, ticket, now);
    await remember(ticketId, now);
    return done('CREATED', ticketId);
  }
  const { change, remote } = whatChanged(item, payload, now, remoteAt);
  await changeTicket(receiving, row, ticket, isEnd ? { ...change, isClosed: true } : change);
  if (isEnd) await noteEnd(receiving, payload, row.id);
  await remember(row.id, remote);
  const after = await ticketOf(receiving, externalId);
  return done(after?.version === row.version && !isEnd ? 'UNCHANGED' : 'UPDATED', row.id);
}

function whyNot(row: Row, { projectId }: IncomingRow): string | null {
  if (row.deletedAt !== null) return 'The ticket of this issue was deleted here.';
  return row.projectId === projectId ? null : 'The ticket of this issue is in another project.';
}

function whatChanged(
  item: KnownItem<RemoteIssue> | null,
  payload: IssuePayload,
  now: RemoteIssue,
  remoteAt: Date,
): { change: RemoteChange; remote: RemoteIssue } {
  const change = changesOfAction(payload);
  if (!item) return { change, remote: now };
  if (remoteAt <= item.remoteAt) return { change, remote: afterAction(item.remote, now, change) };
  const remote = completed(now, item.remote, payload);
  return { change: changesSince(item.remote, remote), remote };
}

async function create(
  { deps, actor, endpoint }: Receiving,
  payload: IssuePayload,
  ticket: ImportedTicket,
  { assignees, isClosed }: RemoteIssue,
): Promise<string> {
  const { title, description, overflow, tags } = draftOf(ticket);
  const { priority, category, dueDate, externalId } = ticket;
  const holders = isClosed ? [] : await peopleNamed(deps.db.all, endpoint.projectId, assignees);
  const [first, ...others] = holders;
  const input = CreateTicketInput.parse({
    projectId: endpoint.projectId,
    title,
    description,
    priority,
    category,
    dueDate,
    externalId,
    externalSource: SOURCE,
    ...(first !== undefined && { assigneeId: first }),
  });
  const { id: ticketId } = await createTicket(deps, actor, input);
  if (tags.length > 0) await tagTicket(deps, actor, { ticketId, tags: [...tags] });
  for (const assigneeId of others) await assignTicket(deps, actor, { ticketId, assigneeId });
  await note({ deps, actor, endpoint }, externalId, ticketId, 'rest', originOf(payload, ticket));
  await note({ deps, actor, endpoint }, externalId, ticketId, 'description', overflow);
  if (isClosed) await updateTicket(deps, actor, { ticketId, patch: { status: 'CLOSED' } });
  return ticketId;
}

const originOf = ({ issue }: IssuePayload, { reporter }: ImportedTicket): string =>
  `Opened on GitHub by ${reporter?.name ?? 'somebody'}: ${issue.html_url ?? ''}`;

async function noteEnd(receiving: Receiving, payload: IssuePayload, ticketId: string): Promise<void> {
  const where = payload.changes?.new_issue?.html_url;
  const words =
    payload.action === 'deleted' ? 'The issue was deleted on GitHub.' : `The issue is elsewhere now: ${where ?? ''}`;
  await note(receiving, externalIdOf(payload), ticketId, payload.action, words);
}

/** A text among staff. */
async function note(
  { deps, actor }: Receiving,
  externalId: string,
  ticketId: string,
  key: string,
  words: string,
): Promise<void> {
  const author = { userId: actor.userId, name: actor.name, isStaff: false };
  const comments = commentParts(SOURCE, externalId, `webhook ${key}`, words).map((part) => ({
    ...part,
    author,
    visibility: 'INTERNAL' as const,
    at: deps.clock.now(),
  }));
  if (comments.length > 0) await importComments({ ...deps, isQuiet: true }, actor, { ticketId, comments });
}

const isFinished = ({ status }: Pick<Row, 'status'>): boolean => status === 'RESOLVED' || status === 'CLOSED';

async function changeTicket(
  receiving: Receiving,
  row: Row,
  ticket: ImportedTicket,
  change: RemoteChange,
): Promise<void> {
  const { deps, actor } = receiving;
  const ticketId = row.id;
  const patch = patchOf(row, ticket, change);
  if (Object.keys(patch).length > 0) await updateTicket(deps, actor, { ticketId, patch });
  await changeTags(receiving, row, change);
  // Nobody is given a closed ticket.
  if (row.status !== 'CLOSED' || patch.status !== undefined) await changeHolders(receiving, ticketId, change);
  if (change.isClosed && row.status !== 'CLOSED')
    await updateTicket(deps, actor, { ticketId, patch: { status: 'CLOSED' } });
}

function patchOf(row: Row, ticket: ImportedTicket, change: RemoteChange): TicketPatch {
  const { title, description } = draftOf(ticket);
  const priority = priorityOfLabels(change.labelsAdded, readingOfLabels);
  const category = categoryOf(change.labelsAdded);
  return {
    ...(change.title && title !== row.title && { title }),
    ...(change.description && description !== row.description && { description }),
    ...(change.dueDate && ticket.dueDate !== row.dueDate && { dueDate: ticket.dueDate }),
    ...(priority !== undefined && priority !== row.priority && { priority }),
    ...(category !== 'GENERAL' && category !== row.category && { category }),
    ...(change.isClosed === false && isFinished(row) && { status: 'OPEN' as const }),
  };
}

async function changeTags({ deps, actor }: Receiving, row: Row, change: RemoteChange): Promise<void> {
  const ticketId = row.id;
  const gone = new Set(tagsOf(change.labelsRemoved).tags.map(tagKey));
  const removed = row.tags.filter((tag) => gone.has(tagKey(tag)));
  if (removed.length > 0) await untagTicket(deps, actor, { ticketId, tags: removed });
  const kept = new Set(row.tags.filter((tag) => !gone.has(tagKey(tag))).map(tagKey));
  const added = tagsOf(change.labelsAdded).tags.filter((tag) => !kept.has(tagKey(tag)));
  const fitting = added.slice(0, Math.max(0, limits.tagsOfTicket - kept.size));
  if (fitting.length > 0) await tagTicket(deps, actor, { ticketId, tags: fitting });
}

async function changeHolders({ deps, actor, endpoint }: Receiving, ticketId: string, change: RemoteChange) {
  const { assigneesAdded, assigneesRemoved } = change;
  if (assigneesAdded.length + assigneesRemoved.length === 0) return;
  const holdings = await deps.db.all<{ id: string; assignee_id: string }>(findHoldings, [ticketId]);
  const holds = new Map(holdings.map(({ id, assignee_id }) => [assignee_id, id]));
  for (const assigneeId of await peopleNamed(deps.db.all, endpoint.projectId, assigneesAdded))
    if (!holds.has(assigneeId)) await assignTicket(deps, actor, { ticketId, assigneeId });
  for (const userId of await peopleNamed(deps.db.all, endpoint.projectId, assigneesRemoved)) {
    const assignmentId = holds.get(userId);
    if (assignmentId !== undefined) await removeAssignment(deps, actor, { assignmentId });
  }
}
