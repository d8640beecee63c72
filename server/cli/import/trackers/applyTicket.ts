import { CreateTicketInput } from '../../../../contract/ticketInputs.js';
import { updateComment } from '../../../features/comments/commands/updateComment.js';
import { importComments, type ForeignComment } from '../../../features/comments/commands/importComments.js';
import type { Deps } from '../../../features/deps.js';
import { createTicket } from '../../../features/tickets/commands/createTicket.js';
import { tagTicket } from '../../../features/tickets/commands/tagTicket.js';
import { updateTicket } from '../../../features/tickets/commands/updateTicket.js';
import { watchTicket } from '../../../features/tickets/commands/watchTicket.js';
import type { Actor } from '../../../kernel/actor.js';
import { clockAt } from '../../../kernel/clock.js';
import { castOf, type Cast, type PersonOf } from './cast.js';
import { changeTicket } from './changeTicket.js';
import { commentParts, draftOf, restText, type Draft } from '../../../trackers/draft.js';
import type { Entry, Note } from '../../../trackers/fields.js';
import { settleHolders } from './holders.js';
import type { ImportedTicket } from '../../../trackers/importedTicket.js';
import { findKnown, type KnownTicket } from './knownTickets.js';
import type { Where } from './trackerPeople.js';

export interface TicketImport extends Where {
  readonly deps: Deps;
  readonly actor: Actor;
  /** Of the export, for people. */
  readonly title: string;
  readonly personOf: PersonOf;
}

/** A ticket, and what of its record found no place in it. */
export interface ReadTicket {
  readonly ticket: ImportedTicket;
  readonly rest: readonly Entry[];
}

export interface Applied {
  readonly outcome: 'created' | 'updated' | 'unchanged';
  readonly ticketId: string;
  readonly commentsAdded: number;
  readonly commentsChanged: number;
  readonly notes: readonly Note[];
}

const isFinished = ({ status }: Pick<ImportedTicket, 'status'>): boolean =>
  status === 'RESOLVED' || status === 'CLOSED';

/** The commands of people back then: by the clock of then, and as news to nobody. */
export const atMoment = (deps: Deps, moment: Date): Deps => ({ ...deps, clock: clockAt(moment), isQuiet: true });

/**
 * Makes the ticket of a record, or gives the one that is there what the record says, by the commands that people would have sent. For use in
 * one transaction: a ticket that is refused is left half done.
 * @throws what the commands throw; ZodError for input that the API would refuse; DUPLICATE its id is that of a deleted or foreign ticket.
 */
export async function applyTicket(context: TicketImport, read: ReadTicket): Promise<Applied> {
  const { ticket, rest } = read;
  const draft = draftOf(ticket);
  const cast = await castOf(context.personOf, ticket);
  const known = await findKnown(context, ticket.externalId);
  const fixed = known ? fixedNotes(known, ticket, cast) : [];
  const kept = [...draft.kept, ...cast.kept, ...fixed];
  const comments = await commentsOf(context, ticket, draft, cast, restText(context.title, rest, kept));
  const { deps, actor } = context;
  const now = deps.clock.now();
  if (!known) {
    const ticketId = await create(context, ticket, draft, cast, comments);
    return { outcome: 'created', ticketId, commentsAdded: comments.length, commentsChanged: 0, notes: kept };
  }
  const end = isFinished(ticket) && !isFinished(known.row) ? ticket.finishedAt : null;
  const moment = end && end >= known.row.updatedAt ? end : now;
  const isChanged = await changeTicket({ deps: atMoment(deps, moment), actor }, known, ticket, draft, cast);
  const { added, changed } = await bringUpToDate(context, known.row.id, comments);
  const outcome = isChanged || added + changed > 0 ? 'updated' : 'unchanged';
  return { outcome, ticketId: known.row.id, commentsAdded: added, commentsChanged: changed, notes: kept };
}

/** What is said once for all when a ticket is made. */
function fixedNotes({ row }: KnownTicket, ticket: ImportedTicket, { reporter }: Cast): Note[] {
  const reason = 'is no longer what the ticket was made with';
  const notes: Note[] = [];
  if (reporter && reporter.userId !== row.reporterId)
    notes.push({ column: 'Reporter', value: ticket.reporter?.name ?? '', reason });
  if (ticket.type !== row.type) notes.push({ column: 'Type', value: ticket.type, reason });
  return notes;
}

async function commentsOf(
  { deps, actor, source, personOf }: TicketImport,
  ticket: ImportedTicket,
  { overflow }: Draft,
  { reporter }: Cast,
  rest: string,
): Promise<ForeignComment[]> {
  const begin = ticket.createdAt ?? deps.clock.now();
  const importer = { userId: actor.userId, name: actor.name, isStaff: true };
  const author = reporter ?? importer;
  const parts = (key: string, content: string) => commentParts(source, ticket.externalId, key, content);
  const made: ForeignComment[] = [
    ...parts('rest', rest).map((part) => ({ ...part, author: importer, visibility: 'INTERNAL' as const, at: begin })),
    ...parts('description', overflow).map((part) => ({ ...part, author, visibility: 'PUBLIC' as const, at: begin })),
  ];
  for (const { key, author: writer, content, visibility, at } of ticket.comments) {
    const by = writer ? await personOf(writer) : importer;
    const own = { author: { userId: by.userId, name: by.name, isStaff: by.isStaff }, visibility, at: at ?? begin };
    made.push(...parts(`comment ${key}`, content).map((part) => ({ ...part, ...own })));
  }
  return made;
}

async function create(
  { deps, actor, projectId, source }: TicketImport,
  ticket: ImportedTicket,
  { title, description, tags }: Draft,
  { reporter, holders, watchers }: Cast,
  comments: readonly ForeignComment[],
): Promise<string> {
  const begin = ticket.createdAt ?? deps.clock.now();
  const atFirst = atMoment(deps, begin);
  const { type, priority, category, storyPoints, estimatedHours, dueDate, waitingOn, externalId } = ticket;
  const fields = { type, title, description, priority, category, storyPoints, estimatedHours, dueDate, waitingOn };
  const whose = { projectId, reporterId: reporter?.userId ?? actor.userId, assigneeId: holders[0]?.userId };
  // Whoever resolved or closed it held it until then.
  const status = isFinished(ticket) ? 'OPEN' : ticket.status;
  const input = CreateTicketInput.parse({ ...fields, ...whose, status, externalSource: source, externalId });
  const made = await createTicket(atFirst, actor, input);
  const ticketId = made.id;
  if (holders.length > 1) await settleHolders({ deps: atFirst, actor }, ticketId, made.assignees, holders);
  if (tags.length > 0) await tagTicket(atFirst, actor, { ticketId, tags: [...tags] });
  for (const watcher of watchers) await watchTicket(atFirst, watcher, { ticketId });
  const end = later(begin, ticket.finishedAt ?? begin);
  const said = comments.reduce((last, { at }) => later(last, at), begin);
  const finish = async () => {
    if (isFinished(ticket))
      await updateTicket(atMoment(deps, end), actor, { ticketId, patch: { status: ticket.status } });
  };
  if (end < said) await finish();
  if (comments.length > 0) await importComments(atMoment(deps, said), actor, { ticketId, comments });
  if (end >= said) await finish();
  return ticketId;
}

const later = (a: Date, b: Date): Date => (b > a ? b : a);

/** Comments that are missing are written, and those whose words are others now, changed. What was deleted here stays so. */
async function bringUpToDate(
  { deps, actor }: TicketImport,
  ticketId: string,
  comments: readonly ForeignComment[],
): Promise<{ added: number; changed: number }> {
  if (comments.length === 0) return { added: 0, changed: 0 };
  const now = atMoment(deps, deps.clock.now());
  const known = new Map((await importComments(now, actor, { ticketId, comments })).map((one) => [one.id, one]));
  let changed = 0;
  for (const { id: commentId, content, visibility } of comments) {
    const before = known.get(commentId);
    if (!before || before.isDeleted || (before.content === content && before.visibility === visibility)) continue;
    await updateComment(now, actor, { commentId, patch: { content, visibility } });
    changed++;
  }
  return { added: comments.length - known.size, changed };
}
