import type { BulkResult } from '../../../contract/bulkUpdate.js';
import type { TicketDetail } from '../../../contract/ticket.js';
import { canonicalJson } from '../../../server/kernel/canonicalJson.js';
import { newId } from '../../../server/kernel/ids.js';
import type { Attempt } from '../history/lines.js';
import type { Person } from '../stage/setUp.js';
import { markOf } from '../storm/writer.js';
import { aTicket, codesOf, writerOf, type Ring, type Round } from './rounds.js';
import { isReply, type Answer } from './racers.js';
import type { Reply } from '../storm/verbs.js';

/** Tickets of one bulk. */
const BULK = 12;
const CALLERS = 4;

const ticketsFor = (ring: Ring, name: string) =>
  Promise.all(Array.from({ length: BULK }, (_, index) => aTicket(ring, `${name}-${index}`)));
/** Every other one goes the opposite way. */
const inOrderOf = <Item>(caller: number, items: readonly Item[]): readonly Item[] =>
  caller % 2 === 0 ? items : items.toReversed();

/** All at once. */
async function byCallers(ring: Ring, name: string, call: (by: Person, caller: number) => Promise<Answer>) {
  const calls = Array.from({ length: CALLERS }, (_, caller) => call(writerOf(ring.cast.writers, caller), caller));
  const answers = await Promise.all(calls);
  if (codesOf(answers).some((code) => code !== 'ok')) ring.wrong('LIVE', `${name}: ${codesOf(answers).join(' ')}`);
  return answers;
}

/**
 * B7: bulks over the same tickets and people at once, every other one in the opposite order: whatever they wait for each other inside, each is
 * answered, and done.
 */
export const bulks: Round = async (ring, nth) => {
  const tickets = await ticketsFor(ring, `bulk-${nth}`);
  await byCallers(ring, `bulks ${nth}`, (by, caller) => {
    const op = `save-${nth}-${caller}`;
    const inOrder = inOrderOf(
      caller,
      tickets.map(({ id }, index) => ({ op: `${op}-${index}`, ticket: id, index })),
    );
    const assignments = inOrder.map(({ op: one, ticket, index }) => ({
      ticketId: ticket,
      assigneeId: writerOf(ring.cast.writers, index + caller).id,
      reason: markOf(one),
    }));
    const things = (reply: Reply | null) =>
      inOrder.map(({ op: one, ticket }, place) => {
        const made = reply?.assignments?.[place];
        const isIdle = made && made.reason !== markOf(one);
        return { op: one, ticket, ...(made && { seq: made.seq }), ...(isIdle && { idle: true as const }) };
      });
    const call = { op, verb: 'assign', path: 'assignments.save', ticket: null, input: { assignments }, things };
    return ring.racers.call(by, call);
  });
};

interface Asked {
  readonly ticketId: string;
  readonly expectedVersion: number | null;
}
const isMissing = ({ expectedVersion }: Asked): boolean => expectedVersion === MISSING;
const MISSING = 9;

/**
 * The same for edits of one field: of every other ticket from the version that all have seen, so that one wins; and of a ticket that is not
 * there. What each is told of each ticket is what one order of the callers gives, the same one for all tickets, and what is there then.
 */
export const bulkEdits: Round = async (ring, nth) => {
  const tickets = await ticketsFor(ring, `edited-bulk-${nth}`);
  const asked: readonly Asked[] = [
    ...tickets.map(({ id, version = 1 }, index) => ({
      ticketId: id,
      expectedVersion: index % 2 === 0 ? version : null,
    })),
    { ticketId: newId(), expectedVersion: MISSING },
  ];
  const answers = await byCallers(ring, `bulk edits ${nth}`, (by, caller) => {
    const op = `bulk-edit-${nth}-${caller}`;
    const inOrder = inOrderOf(caller, asked);
    const input = {
      ticketIds: inOrder.map(({ ticketId }) => ticketId),
      expectedVersions: inOrder.map(({ expectedVersion }) => expectedVersion),
      patch: { storyPoints: pointsOf(caller) },
    };
    const things = (reply: Reply | null) =>
      inOrder.map(({ ticketId }, place) => ({
        op: `${op}-${place}`,
        ticket: ticketId,
        ...thingOf(reply?.results?.[place]),
      }));
    return ring.racers.call(by, { op, verb: 'edit', path: 'tickets.bulkUpdate', ticket: null, input, things });
  });
  const reports = answers.map((answer) => (isReply(answer) ? (answer.reply.results ?? []) : []));
  const rights = reports.length === CALLERS ? rightReports(reports, asked) : [];
  const now = await Promise.all(tickets.map(({ id }) => stateOf(ring, id)));
  reports.forEach((report, caller) => {
    const [seen, right] = [canonicalJson(report.map(withoutWords)), canonicalJson(rights[caller])];
    if (seen !== right) ring.wrong('CHAIN', `bulk edits ${nth}: the ${caller}th was told ${seen}, and not ${right}`);
    if (!isInRow(report)) ring.wrong('CHAIN', `bulk edits ${nth}: the numbers of the ${caller}th are not in a row`);
  });
  for (const said of disagreements(reports, now)) ring.wrong('FOLD', `bulk edits ${nth}: ${said}`);
};

const pointsOf = (caller: number): number => 2 + caller;

const thingOf = (result: BulkResult | undefined): Partial<Attempt> =>
  result?.outcome === 'UPDATED' ? { seq: result.seq ?? 0 } : { out: 'fail', code: result?.code ?? 'LOST' };

const versionOf = (report: readonly BulkResult[], id: string): number =>
  report.find(({ ticketId }) => ticketId === id)?.version ?? 0;
const withoutWords = ({ ticketId, outcome, code, version }: BulkResult) => ({ ticketId, outcome, code, version });

/** What each has to be told, in the order of callers that a ticket which refuses nobody shows. */
function rightReports(reports: readonly (readonly BulkResult[])[], asked: readonly Asked[]): Partial<BulkResult>[][] {
  const open = asked.find(({ expectedVersion }) => expectedVersion === null)?.ticketId ?? '';
  const order = reports.map((report) => versionOf(report, open)).toSorted((a, b) => a - b);
  return reports.map((report, caller) => {
    const place = order.indexOf(versionOf(report, open));
    return inOrderOf(caller, asked).map((one) => {
      const { ticketId, expectedVersion } = one;
      if (isMissing(one)) return { ticketId, outcome: 'FAILED', code: 'NOT_FOUND' };
      if (expectedVersion !== null && place > 0) return { ticketId, outcome: 'FAILED', code: 'CONFLICT' };
      return { ticketId, outcome: 'UPDATED', version: 2 + place };
    });
  });
}

/** One transaction takes its numbers at once, in the order asked. */
function isInRow(report: readonly BulkResult[]): boolean {
  const seqs = report.flatMap(({ outcome, seq }) => (outcome === 'UPDATED' ? (seq ?? 0) : []));
  return seqs.every((seq, nth) => seq === (seqs[0] ?? 0) + nth);
}

async function stateOf({ racers, cast }: Ring, ticketId: string) {
  const { storyPoints, version, lastSeq } = (await racers.query(cast.admin, 'tickets.get', {
    ticketId,
  })) as TicketDetail;
  return { ticketId, storyPoints, version, lastSeq };
}

/** Tickets that are not as the last of those who changed them was told. */
function disagreements(
  reports: readonly (readonly BulkResult[])[],
  now: readonly Awaited<ReturnType<typeof stateOf>>[],
) {
  return now.flatMap(({ ticketId, ...state }) => {
    const told = reports.flatMap((report, caller) =>
      report
        .filter((one) => one.ticketId === ticketId && one.outcome === 'UPDATED')
        .map(({ version, seq }) => ({ storyPoints: pointsOf(caller), version, lastSeq: seq })),
    );
    const last = told.toSorted((a, b) => (b.version ?? 0) - (a.version ?? 0))[0];
    const [is, was] = [canonicalJson(state), canonicalJson(last)];
    return is === was ? [] : [`${ticketId} is ${is}, and the last who changed it was told ${was}`];
  });
}
