import { describe, expect, it } from 'vitest';
import { createStore } from '../../../client-sdk/src/store.js';
import { BatonError } from '../../../client-sdk/src/errors.js';
import type { TicketsHandlers } from '../../../client-sdk/src/live.js';
import { Overlay } from '../../../client-sdk/src/lists/overlay.js';
import { showingAtOnce } from '../../../client-sdk/src/lists/showingAtOnce.js';
import { SharedTicketList } from '../../../client-sdk/src/lists/ticketList.js';
import type { ConnectionState, SessionState } from '../../../client-sdk/src/options.js';
import type { Ticket, TicketPatch } from '../../../contract/ticket.js';
import { randomFrom, type Random } from '../../../seeders/support/random.js';
import { countsOf } from '../../realtime/queries/truth.js';

const RUNS = 10_000;
const STEPS = 30;
const TICKETS = 3;
const CLIENTS = 2;
const projectId = 'p';
const shownStatuses = ['OPEN', 'REVIEW'] as const;
const fields = ['title', 'description', 'storyPoints'] as const;
type Field = (typeof fields)[number];

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** One edit: what became of it is known in the end. */
interface Edit {
  readonly ticketId: string;
  readonly patch: TicketPatch;
  seq: number | 'failed' | null;
  readonly reply: (reply: object) => void;
  readonly refuse: (error: unknown) => void;
}

/** The truth: a log of whole tickets, in order. */
class Server {
  readonly log: Ticket[] = [];
  /** By ticket, field and value, the event that wrote it. Values are written once. */
  readonly wrote = new Map<string, number | 'failed'>();

  constructor() {
    for (let nth = 0; nth < TICKETS; nth++)
      this.commit(
        {
          id: `t${nth}`,
          projectId,
          deletedAt: null,
          status: 'OPEN',
          assigneeId: null,
          updatedAt: '',
          version: 0,
        } as Ticket,
        {
          title: `new ${nth}`,
          description: `new ${nth}`,
          storyPoints: -nth - 1,
        },
      );
  }

  now(ticketId: string): Ticket {
    return this.log.findLast(({ id }) => id === ticketId)!;
  }

  commit(before: Ticket, patch: TicketPatch): number {
    const seq = this.log.length + 1;
    const after = {
      ...before,
      ...patch,
      version: before.version + 1,
      lastSeq: seq,
      updatedAt: String(seq).padStart(6, '0'),
    };
    this.log.push(after as Ticket);
    this.note(before.id, patch, seq);
    return seq;
  }

  note(ticketId: string, patch: TicketPatch, seq: number | 'failed'): void {
    for (const field of fields)
      if (patch[field] !== undefined) this.wrote.set(`${ticketId} ${field} ${patch[field]}`, seq);
  }

  rowsAt(seq: number): Ticket[] {
    const last = new Map(this.log.slice(0, seq).map((ticket) => [ticket.id, ticket]));
    return [...last.values()]
      .filter(({ status }) => (shownStatuses as readonly string[]).includes(status))
      .toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
  }
}

class Client {
  readonly overlay = new Overlay();
  readonly list;
  /** Sent and not yet handled by the server; handled and not yet answered. */
  readonly sent: Edit[] = [];
  readonly unanswered: Edit[] = [];
  /** What was shown of each ticket's field, one after the other. */
  readonly frames = new Map<string, unknown[]>();
  private handlers: TicketsHandlers = {};
  private at = 0;
  private readonly call;

  constructor(private readonly server: Server) {
    const session = createStore<SessionState>({ state: 'signedIn', user: null });
    const connection = createStore<ConnectionState>({ state: 'online', since: 0, closeCode: null });
    const tickets = (_: unknown, handlers: TicketsHandlers = {}) => {
      this.handlers = handlers;
      return { tickets: null, stop: () => undefined, [Symbol.asyncIterator]: () => ({}) as never };
    };
    const source = { live: { tickets }, overlay: this.overlay, connection, session };
    this.list = new SharedTicketList({ projectId, status: [...shownStatuses] }, source, () => undefined);
    const send = (_: string, __: string, input: unknown) =>
      new Promise<unknown>((reply, refuse) => {
        const { ticketId, patch } = input as { ticketId: string; patch: TicketPatch };
        this.sent.push({ ticketId, patch, seq: null, reply, refuse });
      });
    this.call = showingAtOnce(send, this.overlay, session);
    this.list.subscribe(() => this.look());
  }

  edit(ticketId: string, patch: TicketPatch): void {
    this.call('tickets.update', 'mutation', { ticketId, patch }).catch(() => undefined);
  }

  /** Requests overtake each other, and so do replies. */
  handle(fails: boolean, random: Random): void {
    const [edit] = this.sent.splice(random.below(Math.max(1, this.sent.length)), 1);
    if (!edit) return;
    edit.seq = fails ? 'failed' : this.server.commit(this.server.now(edit.ticketId), edit.patch);
    if (fails) this.server.note(edit.ticketId, edit.patch, 'failed');
    this.unanswered.push(edit);
  }

  answer(random: Random): void {
    const [edit] = this.unanswered.splice(random.below(Math.max(1, this.unanswered.length)), 1);
    if (!edit) return;
    if (edit.seq === 'failed') edit.refuse(new BatonError('CONFLICT', 'refused'));
    else edit.reply({ projectId, seq: edit.seq });
  }

  /** So many events come; `Infinity`: the socket was cut, and a snapshot comes. */
  receive(count: number): void {
    const before = this.at;
    this.at = Math.min(this.server.log.length, this.at + count);
    if (before === this.at && before > 0) return;
    const items = this.server.rowsAt(this.at);
    this.handlers.onChange?.({ items, counts: countsOf(items), cursor: String(this.at) });
  }

  private look(): void {
    for (const ticket of this.list.getSnapshot().items)
      for (const field of fields) {
        const key = `${ticket.id} ${field}`;
        const seen = this.frames.get(key) ?? [];
        this.frames.set(key, seen);
        if (seen.at(-1) !== ticket[field]) seen.push(ticket[field]);
      }
  }

  /** Values that were shown again after newer ones, and not because the newer one was refused. */
  flickers(): string[] {
    return [...this.frames].flatMap(([key, values]) => {
      const seqs = values
        .map((value) => this.server.wrote.get(`${key} ${String(value)}`))
        .filter((seq) => seq !== 'failed');
      return seqs.every((seq, nth) => nth === 0 || Number(seq) >= Number(seqs[nth - 1]))
        ? []
        : [`${key}: ${seqs.join(' ')}`];
    });
  }
}

let unique = 0;
function aPatch(random: Random): TicketPatch {
  const value = ++unique;
  const field: Field | 'status' = random.pick([...fields, 'status']);
  if (field === 'status') return { status: random.pick(['OPEN', 'REVIEW', 'CLOSED']) };
  return { [field]: field === 'storyPoints' ? value : `edit ${value}` };
}

async function aRun(seed: number): Promise<{ flickers: string[]; isSame: boolean; pending: number }> {
  const random = randomFrom(seed);
  const server = new Server();
  const clients = Array.from({ length: CLIENTS }, () => new Client(server));
  for (const client of clients) client.receive(Infinity);
  for (let step = 0; step < STEPS; step++) {
    const client = random.pick(clients);
    const ticketId = `t${random.below(TICKETS)}`;
    const deeds: (() => void)[] = [
      () => client.edit(ticketId, aPatch(random)),
      () => client.edit(ticketId, aPatch(random)),
      () => client.handle(random.chance(0.2), random),
      () => client.handle(false, random),
      () => client.answer(random),
      () => client.receive(1 + random.below(3)),
      () => client.receive(random.chance(0.3) ? Infinity : 1),
      () => void server.commit(server.now(ticketId), aPatch(random)),
    ];
    random.pick(deeds)();
    if (random.chance(0.5)) await settled();
  }
  await settled();
  while (clients.some(({ sent, unanswered }) => sent.length + unanswered.length > 0)) {
    for (const client of clients) {
      client.handle(false, random);
      client.answer(random);
      client.receive(1);
    }
    await settled();
  }
  for (const client of clients) client.receive(Infinity);
  const truth = server.rowsAt(server.log.length);
  return {
    flickers: clients.flatMap((client) => client.flickers()),
    isSame: clients.every(({ list }) => JSON.stringify(list.getSnapshot().items) === JSON.stringify(truth)),
    pending: clients.reduce((sum, { list }) => sum + list.getSnapshot().pendingIds.size, 0),
  };
}

describe('lists of several clients, with edits of their own, of others, refusals, lost time and cuts in any order', () => {
  it(`come to what the server has, and show nothing older after something newer (${RUNS} runs)`, async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const outcome = await aRun(seed);
      expect({ seed, ...outcome }).toEqual({ seed, flickers: [], isSame: true, pending: 0 });
    }
  }, 120_000);
});
