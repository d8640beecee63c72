import { createHash } from 'node:crypto';
import { isTRPCClientError } from '@trpc/client';
import type { AppErrorShape } from '../../contract/errors.js';
import type { AppRouter } from '../../server/rpc/appRouter.js';
import type { clientOf } from '../support/revocations.js';
import { PASSWORD } from '../support/world.js';

type Client = ReturnType<typeof clientOf>;

/** Words that stand nowhere but in what some may not see. */
export const canary = {
  /** Tickets, comments and names of the other project. */
  work: 'CANARY-WORK',
  /** People of the other project, whom customers elsewhere do not know. */
  person: 'CANARY-PERSON',
  /** A customer of the own project, whom the other customers there do not know. */
  fellow: 'CANARY-FELLOW',
  /** What stays among the staff of the own project. */
  staff: 'CANARY-STAFF',
  /** What members of a private channel of the own project say, and two people among themselves. */
  channel: 'CANARY-CHANNEL',
  direct: 'CANARY-DIRECT',
  /** A skill that a ticket of the own project wants: staff may list skills, customers may not. */
  skill: 'CANARY-SKILL',
} as const;

interface Where {
  readonly http: string;
  readonly admin: Client;
  readonly projectId: string;
  readonly spareId: string;
  readonly reporterId: string;
  readonly holderId: string;
}

let people = 0;

/** Does once all that can be done in a project, each word of it with this one in it. */
export async function writeEverything(where: Where, word: string, personWord: string): Promise<void> {
  const { admin, projectId, spareId, reporterId, holderId } = where;
  const { tickets, comments, assignments, projects, tasks, messages } = admin;
  const draft = { projectId, title: `${word} title`, description: `${word} description`, reporterId };
  await promise(admin, projectId, word);
  const { id: ticketId, conversationId } = await tickets.create.mutate({
    ...draft,
    customFields: { note: `${word} note` },
  });
  await messages.post.mutate({ conversationId, content: `${word} told` });
  await talkInChannel(admin, projectId, word);
  await tickets.update.mutate({ ticketId, patch: { title: `${word} retitled`, status: 'REVIEW', storyPoints: 3 } });
  const { id: commentId } = await comments.create.mutate({ ticketId, content: `${word} said` });
  await comments.create.mutate({ ticketId, content: `${word} among staff`, visibility: 'INTERNAL' });
  await comments.update.mutate({ commentId, patch: { content: `${word} said anew` } });
  await comments.update.mutate({ commentId, patch: { visibility: 'INTERNAL' } });
  await comments.delete.mutate({ commentId, reason: `${word} withdrawn` });
  await attach(where, ticketId, `${word} file`);
  await turnDown(admin, projectId, ticketId, `${word} turned down`);
  const { id: assignmentId } = await assignments.assign.mutate({
    ticketId,
    assigneeId: holderId,
    reason: `${word} given`,
  });
  await assignments.remove.mutate({ assignmentId, reason: `${word} taken` });
  const { id: otherId } = await tickets.create.mutate({ ...draft, title: `${word} other` });
  await tickets.tag.mutate({ ticketId, tags: [`${word} tag`] });
  await tickets.watch.mutate({ ticketId });
  await tickets.link.mutate({ ticketId, otherId, type: 'RELATES' });
  await tickets.merge.mutate({ ticketId: otherId, intoId: ticketId, reason: `${word} merged` });
  await tickets.unmerge.mutate({ ticketId: otherId });
  await tickets.split.mutate({ ticketId, title: `${word} split` });
  await tickets.delete.mutate({ ticketId, reason: `${word} deleted` });
  await tickets.restore.mutate({ ticketId });
  await tickets.move.mutate({ ticketId, projectId: spareId, reason: `${word} moved` });
  await admin.views.create.mutate({
    projectId,
    name: `${word} view ${++people}`,
    filter: { text: word },
    shared: true,
  });
  await validate(admin, projectId, word);
  await tasks.create.mutate({ projectId, title: `${word} task`, description: word });
  await projects.update.mutate({ projectId, patch: { name: `${word} project`, description: word } });
  await comeAndGo(admin, projectId, personWord);
}

/** From now on tickets of the project have clocks. */
async function promise({ sla }: Client, projectId: string, word: string): Promise<void> {
  const calendar = { timeZone: 'Europe/Berlin' };
  await sla.create.mutate({
    projectId,
    name: `${word} promise`,
    firstResponseMinutes: 30,
    resolveMinutes: 90,
    calendar,
  });
}

/** All that there is to do in a new channel; with members it is theirs alone. */
export async function talkInChannel(
  { conversations, messages }: Client,
  projectId: string,
  word: string,
  memberIds: string[] = [],
): Promise<void> {
  const draft = { projectId, name: `${word} channel`, description: word, isPrivate: memberIds.length > 0, memberIds };
  const { id: conversationId } = await conversations.create.mutate({ kind: 'CHANNEL', ...draft });
  await conversations.update.mutate({ conversationId, patch: { name: `${word} renamed` } });
  await saySomething(messages, conversationId, word);
  await conversations.archive.mutate({ conversationId });
  await conversations.archive.mutate({ conversationId, archived: false });
}

export async function talkDirectly({ conversations, messages }: Client, userId: string, word: string): Promise<void> {
  const { id: conversationId } = await conversations.create.mutate({ kind: 'DIRECT', memberIds: [userId] });
  await saySomething(messages, conversationId, word);
}

async function saySomething(messages: Client['messages'], conversationId: string, word: string): Promise<void> {
  const { id: messageId } = await messages.post.mutate({ conversationId, content: `${word} said` });
  await messages.edit.mutate({ messageId, content: `${word} said anew` });
  const { id: answer } = await messages.post.mutate({ conversationId, content: `${word} back`, parentId: messageId });
  await messages.delete.mutate({ messageId: answer, reason: `${word} taken back` });
}

/** A file whose name is this, and what it holds. */
async function attach(
  { admin, http }: Pick<Where, 'admin' | 'http'>,
  ticketId: string,
  word: string,
  commentId?: string,
) {
  const about = { ticketId, filename: word, size: word.length, ...(commentId && { commentId }) };
  const sha256 = createHash('sha256').update(word).digest('hex');
  const { uploadUrl, attachment } = await admin.attachments.create.mutate({ ...about, sha256 });
  const { status } = await fetch(http + uploadUrl, { method: 'PUT', body: word });
  if (status !== 201) throw new Error(`a file was answered with ${status}`);
  return attachment.id;
}

type RefusedWith = { readonly app?: AppErrorShape } | undefined;

/** A plan for one ticket, and what it proposes is rejected. Whoever calls everything meanwhile may have planned it anew, or changed the ticket. */
async function turnDown({ assignments }: Client, projectId: string, ticketId: string, reason: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { proposals } = await assignments.propose.mutate({ projectId, filters: { ticketIds: [ticketId] } });
    const proposalIds = proposals.map(({ id }) => id);
    if (proposalIds.length === 0) return;
    try {
      await assignments.reject.mutate({ proposalIds, reason });
      return;
    } catch (error) {
      const code = isTRPCClientError<AppRouter>(error) ? (error.data as RefusedWith)?.app?.code : undefined;
      if (code !== 'STALE_PROPOSAL' || tries === 10) throw error;
    }
  }
}

/** All that there is to do with a validation, but to make tickets of it. */
async function validate({ validations }: Client, projectId: string, word: string): Promise<void> {
  const { sessions, results, discrepancies, behavioralTests } = validations;
  const technologies = { sourceTechnology: `${word} source`, targetTechnology: `${word} target` };
  const { id: sessionId } = await sessions.create.mutate({ projectId, name: `${word} validation`, ...technologies });
  await sessions.setStatus.mutate({ sessionId, status: 'RUNNING', reason: `${word} begins` });
  await sessions.appendLog.mutate({ sessionId, lines: [{ message: `${word} line` }] });
  await results.add.mutate({ sessionId, kind: 'DATA', compared: 2, matched: 1, details: { table: word } });
  await behavioralTests.add.mutate({ sessionId, tests: [{ scenario: `${word} scenario`, expected: word }] });
  const found = { type: 'VALUE', sourcePath: `${word} path`, expected: word } as const;
  const { discrepancyIds } = await discrepancies.add.mutate({ sessionId, discrepancies: [found] });
  await discrepancies.waive.mutate({ discrepancyIds, reason: `${word} waived` });
}

async function comeAndGo({ users, projects }: Client, projectId: string, word: string): Promise<void> {
  const name = `${word} ${++people}`;
  const email = `${word}-${people}@example.com`.toLowerCase();
  const { id: userId } = await users.create.mutate({ name, email, role: 'CUSTOMER', password: PASSWORD });
  await projects.members.add.mutate({ projectId, userId, role: 'CUSTOMER' });
  await projects.members.remove.mutate({ projectId, userId });
  await projects.members.add.mutate({ projectId, userId, role: 'CUSTOMER' });
}

/** Writes each field of a ticket that stays among staff, and says what only they may read. */
export async function writeAmongStaff(
  where: Pick<Where, 'admin' | 'http'>,
  ticketId: string,
  holderId: string,
  skillId: string,
) {
  const { admin } = where;
  const { tickets, comments, assignments, views } = admin;
  const points = Math.ceil(Math.random() * 1_000);
  const { projectId } = await tickets.get.query({ ticketId });
  await views.create.mutate({ projectId, name: `${canary.staff} view ${++people}`, filter: {}, shared: true });
  await turnDown(admin, projectId, ticketId, `${canary.staff} turned it down`);
  await validate(admin, projectId, canary.staff);
  const customFields = { note: `${canary.staff} ${points}` };
  const patch = { storyPoints: points, estimatedHours: points + 0.5, aiAssisted: true, requiredSkillId: skillId };
  await tickets.tag.mutate({ ticketId, tags: [`${canary.staff} ${points}`] });
  const { id: otherId } = await tickets.create.mutate({ projectId, title: `${canary.staff} other` });
  await tickets.link.mutate({ ticketId, otherId, type: 'BLOCKS' });
  await comments.create.mutate({ ticketId: otherId, content: `${canary.staff} said there` });
  await tickets.merge.mutate({ ticketId, intoId: otherId, reason: `${canary.staff} merged it there` });
  await tickets.unmerge.mutate({ ticketId });
  await tickets.merge.mutate({ ticketId: otherId, intoId: ticketId, reason: `${canary.staff} merged it` });
  await tickets.update.mutate({ ticketId, patch: { ...patch, customFields, title: `Visible ${points}` } });
  const hidden = await comments.create.mutate({ ticketId, content: `${canary.staff} words`, visibility: 'INTERNAL' });
  await attach(where, ticketId, `${canary.staff} file`, hidden.id);
  const { id: commentId } = await comments.create.mutate({ ticketId, content: 'Words for all' });
  await comments.update.mutate({ commentId, patch: { content: `${canary.staff} said`, visibility: 'INTERNAL' } });
  const assigned = { ticketId, assigneeId: holderId, reason: `${canary.staff} knows why` };
  const { id: assignmentId } = await assignments.assign.mutate(assigned);
  await assignments.remove.mutate({ assignmentId, reason: `${canary.staff} knows better` });
  const together = { ticketIds: [ticketId], patch: { title: `Visible again ${points}` } };
  await tickets.bulkUpdate.mutate({ ...together, reason: `${canary.staff} at once` });
  await tickets.delete.mutate({ ticketId, reason: `${canary.staff} deleted it` });
  await tickets.restore.mutate({ ticketId });
}
