import type { Message } from '../sdk.js';

/** Messages with forms of some of them, oldest first; of each the latest form, and what is deleted stays so. */
export function withMessages(known: readonly Message[], more: readonly Message[]): readonly Message[] {
  const latest = new Map(known.map((message) => [message.id, message]));
  for (const message of more) {
    const before = latest.get(message.id);
    if (!before || isLater(message, before)) latest.set(message.id, message);
  }
  return [...latest.values()].toSorted(inOrder);
}

const isLater = (a: Message, b: Message) =>
  (b.deletedAt === null || a.deletedAt !== null) && a.updatedAt >= b.updatedAt;
const inOrder = (a: Message, b: Message) => compare(a.createdAt, b.createdAt) || compare(a.id, b.id);
const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

export interface Line {
  readonly message: Message;
  /** By the same person, right after the one above: it needs no name of its own. */
  readonly isFollowUp: boolean;
  readonly answers: number;
}

/** What one person writes within this time stands together. */
const TOGETHER_MS = 5 * 60_000;

/** What stands in the conversation itself: answers stand in their threads, and are counted where those begin. */
export function linesOf(messages: readonly Message[]): readonly Line[] {
  const answers = new Map<string, number>();
  for (const { parentId, deletedAt } of messages)
    if (parentId !== null && deletedAt === null) answers.set(parentId, (answers.get(parentId) ?? 0) + 1);
  const roots = messages.filter(
    ({ id, parentId, deletedAt }) => parentId === null && (deletedAt === null || answers.has(id)),
  );
  return followed(roots).map((line) => ({ ...line, answers: answers.get(line.message.id) ?? 0 }));
}

/** A thread: what begins it, and its answers. */
export const threadOf = (messages: readonly Message[], rootId: string): readonly Line[] =>
  followed(
    messages.filter(({ id, parentId, deletedAt }) => id === rootId || (parentId === rootId && deletedAt === null)),
  );

function followed(messages: readonly Message[]): Line[] {
  return messages.map((message, index) => {
    const above = messages[index - 1];
    const isFollowUp =
      above !== undefined &&
      above.authorId === message.authorId &&
      Date.parse(message.createdAt) - Date.parse(above.createdAt) < TOGETHER_MS;
    return { message, isFollowUp, answers: 0 };
  });
}
