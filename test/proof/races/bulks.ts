import type { Person } from '../stage/setUp.js';
import { markOf } from '../storm/writer.js';
import { aTicket, codesOf, writerOf, type Round } from './rounds.js';
import type { Reply } from '../storm/verbs.js';

/** Tickets of one bulk. */
const BULK = 12;
const CALLERS = 4;

interface SavedReply extends Reply {
  readonly assignments: readonly (Reply & { readonly reason: string | null })[];
}

/**
 * B7: bulks over the same tickets and people at once, every other one in the opposite order: whatever they wait for each other inside, each is
 * answered, and done.
 */
export const bulks: Round = async (ring, nth) => {
  const tickets = await Promise.all(Array.from({ length: BULK }, (_, index) => aTicket(ring, `bulk-${nth}-${index}`)));
  const save = (by: Person, caller: number) => {
    const op = `save-${nth}-${caller}`;
    const named = tickets.map(({ id }, index) => ({ op: `${op}-${index}`, ticket: id, index }));
    const inOrder = caller % 2 === 0 ? named : named.toReversed();
    const assignments = inOrder.map(({ op: one, ticket, index }) => ({
      ticketId: ticket,
      assigneeId: writerOf(ring.cast.writers, index + caller).id,
      reason: markOf(one),
    }));
    const things = (reply: Reply | null) =>
      inOrder.map(({ op: one, ticket }, place) => {
        const made = (reply as SavedReply | null)?.assignments[place];
        const isIdle = made && made.reason !== markOf(one);
        return { op: one, ticket, ...(made && { seq: made.seq }), ...(isIdle && { idle: true as const }) };
      });
    return ring.racers.call(by, {
      op,
      verb: 'assign',
      path: 'assignments.save',
      ticket: null,
      input: { assignments },
      things,
    });
  };
  const answers = await Promise.all(
    Array.from({ length: CALLERS }, (_, caller) => save(writerOf(ring.cast.writers, caller), caller)),
  );
  if (codesOf(answers).some((code) => code !== 'ok')) ring.wrong('LIVE', `bulks ${nth}: ${codesOf(answers).join(' ')}`);
};
