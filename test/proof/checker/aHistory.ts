import type { Attempt, Delivery, History, LogEvent } from '../history/lines.js';

type Editable<Value> = {
  -readonly [Key in keyof Value]: Value[Key] extends readonly (infer Item)[] ? Editable<Item>[] : Value[Key];
};
export type Draft = Editable<History>;

const STREAM = 'project:p';
const digest = (nth: number) => `payload ${nth}`;

/** A small history in which all is well: one writer, two tickets in turn, a member and a customer who follow, one fault. */
export function aHistory(events = 12): Draft {
  const nths = Array.from({ length: events }, (_, index) => index + 1);
  const log = nths.map(logEvent);
  const history: History = {
    setting: {
      seed: 1,
      subscriptions: [
        { sub: 'staff', kind: 'sdk', person: 'member', follows: STREAM, stream: STREAM, isStaff: true, from: 0 },
        { sub: 'customer', kind: 'sdk', person: 'buyer', follows: STREAM, stream: STREAM, isStaff: false, from: 0 },
        { sub: 'leaver', kind: 'sdk', person: 'gone', follows: STREAM, stream: STREAM, isStaff: true, from: 0 },
      ],
      before: {},
      losses: [{ person: 'gone', stream: STREAM, seq: 4 }],
      secrets: [{ word: 'secret', readers: ['writer'] }],
      stormEnded: events * 10,
      nodes: ['n1'],
    },
    attempts: nths.map(attempt),
    log,
    deliveries: [
      ...log.map((event) => delivery('staff', event)),
      ...log.filter(({ audience }) => audience === 'REPORTER').map((event) => delivery('customer', event)),
      ...log.slice(0, 4).map((event) => delivery('leaver', event)),
      { sub: 'leaver', at: 45, is: 'error', seq: 4, reason: 'FORBIDDEN' },
    ],
    served: log
      .slice(-2)
      .map(({ ticket, ticketDigest }) => ({ node: 'n1', ticket: ticket ?? '', digest: ticketDigest ?? '' })),
    faults: [{ fault: 'killNode', target: 'n1', began: 21, healed: 28 }],
    exits: [{ node: 'n1', at: 22, code: null, signal: 'SIGKILL', ordered: true }],
    findings: [],
  };
  return structuredClone(history) as Draft;
}

const ticketOf = (nth: number) => (nth % 2 === 1 ? 'odd' : 'even');

const logEvent = (nth: number): LogEvent => ({
  stream: STREAM,
  seq: nth,
  id: `event ${nth}`,
  type: nth <= 2 ? 'ticket.created' : 'ticket.updated',
  ticket: ticketOf(nth),
  by: 'writer',
  audience: nth % 2 === 1 ? 'TEAM' : 'REPORTER',
  reporter: nth % 2 === 1 ? null : 'buyer',
  withdrawn: false,
  digest: digest(nth),
  op: `op${nth}`,
  version: Math.ceil(nth / 2),
  assignee: 'writer',
  holders: [{ id: 'writer', primary: true }],
  ticketDigest: `ticket ${nth}`,
});

const attempt = (nth: number): Attempt => ({
  op: `op${nth}`,
  by: 'writer',
  node: 'n1',
  via: 'http',
  verb: nth <= 2 ? 'create' : 'update',
  ticket: nth <= 2 ? null : ticketOf(nth),
  project: STREAM,
  invoked: nth * 10,
  returned: nth * 10 + 5,
  out: 'ok',
  seq: nth,
  reply: `reply ${nth}`,
});

const delivery = (sub: string, { seq, id, digest: name }: LogEvent): Delivery => ({
  sub,
  at: seq * 10 + 6,
  is: 'event',
  seq,
  id,
  digest: name,
});
