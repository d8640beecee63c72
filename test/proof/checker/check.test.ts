import { describe, expect, it } from 'vitest';
import { aHistory, type Draft } from './aHistory.js';
import { checkHistory } from './check.js';

const find = <Item>(items: readonly Item[], is: (item: Item) => boolean): Item => {
  const found = items.find(is);
  if (found === undefined) throw new Error('no such line');
  return found;
};
const ofStaff = ({ deliveries }: Draft) => deliveries.filter(({ sub }) => sub === 'staff');
const without = <Item>(items: Item[], item: Item) => void items.splice(items.indexOf(item), 1);

/** The sixth event carries no name, and is what came of none of its own. */
function withoutName({ log, attempts }: Draft): void {
  Object.assign(
    find(log, ({ seq }) => seq === 6),
    { op: null, type: 'ticket.linked' },
  );
  without(
    attempts,
    find(attempts, ({ op }) => op === 'op6'),
  );
}

/** What is done to a history in which all is well, and exactly what the checker then says. */
const spoilings: Readonly<Record<string, readonly [spoil: (history: Draft) => unknown, said: readonly string[]]>> = {
  'an acknowledged operation that no event tells of': [
    (history) => (find(history.log, ({ seq }) => seq === 5).op = null),
    [
      'LOST op5 (update) was acknowledged at project:p#5, and no event tells of it',
      'PHANTOM nobody asked for ticket.updated at project:p#5',
    ],
  ],
  'an operation that stands elsewhere than its reply says': [
    (history) => (find(history.attempts, ({ op }) => op === 'op5').seq = 6),
    ['LOST op5 (update) was acknowledged at project:p#6, and stands elsewhere: ticket.updated at project:p#5'],
  ],
  'an operation that was refused and yet done': [
    (history) =>
      Object.assign(
        find(history.attempts, ({ op }) => op === 'op5'),
        { out: 'fail', code: 'CONFLICT' },
      ),
    ['PHANTOM op5 was refused and yet done: ticket.updated at project:p#5'],
  ],
  'an event that nobody asked for': [
    (history) =>
      without(
        history.attempts,
        find(history.attempts, ({ op }) => op === 'op5'),
      ),
    ['PHANTOM nobody asked for ticket.updated at project:p#5, which says op5'],
  ],
  'an event without a name that another operation made beside its own': [
    (history) => {
      withoutName(history);
      find(history.attempts, ({ op }) => op === 'op5').beside = [{ type: 'ticket.linked', ticket: 'even' }];
    },
    [],
  ],
  'an event without a name that no operation made': [
    (history) => withoutName(history),
    ['PHANTOM nobody asked for ticket.linked at project:p#6'],
  ],
  'an operation that was done twice': [
    (history) => {
      find(history.log, ({ seq }) => seq === 7).op = 'op5';
      without(
        history.attempts,
        find(history.attempts, ({ op }) => op === 'op7'),
      );
    },
    ['ONCE op5 was done 2 times: ticket.updated at project:p#5, ticket.updated at project:p#7'],
  ],
  'a retry with another reply': [
    (history) => {
      const first = find(history.attempts, ({ op }) => op === 'op5');
      history.attempts.push({ ...first, node: 'n2', reply: 'another', invoked: 60, returned: 61 });
    },
    ['ONCE op5 was answered differently by n2'],
  ],
  'a version that is skipped': [
    (history) =>
      history.log.filter(({ ticket, seq }) => ticket === 'odd' && seq >= 5).forEach((event) => (event.version! += 1)),
    ['CHAIN odd: no event has version 3 of 6'],
  ],
  'an answer that comes before an earlier number was asked for': [
    (history) =>
      Object.assign(
        find(history.attempts, ({ op }) => op === 'op5'),
        { invoked: 72, returned: 74 },
      ),
    ['CHAIN op6 (project:p#6) was answered before op5 (#5) was asked for'],
  ],
  'a number that is missing in the log': [
    (history) => {
      without(
        history.log,
        find(history.log, ({ seq }) => seq === 11),
      );
      without(
        history.attempts,
        find(history.attempts, ({ op }) => op === 'op11'),
      );
      without(
        history.deliveries,
        find(ofStaff(history), ({ seq }) => seq === 11),
      );
      without(
        history.served,
        find(history.served, ({ ticket }) => ticket === 'odd'),
      );
    },
    ['STREAM project:p: 12 follows 10 in the log'],
  ],
  'an event that was not delivered': [
    (history) =>
      without(
        history.deliveries,
        find(ofStaff(history), ({ seq }) => seq === 5),
      ),
    ['STREAM staff was handed 6 without 5'],
  ],
  'the last event not delivered': [
    (history) =>
      without(
        history.deliveries,
        find(ofStaff(history), ({ seq }) => seq === 12),
      ),
    ['STREAM staff was not told of 12'],
  ],
  'an event delivered twice': [
    (history) => history.deliveries.push({ ...find(ofStaff(history), ({ seq }) => seq === 12), at: 127 }),
    ['STREAM staff was handed 12 after 12'],
  ],
  'two events swapped': [
    (history) => {
      const [a, b] = [find(ofStaff(history), ({ seq }) => seq === 5), find(ofStaff(history), ({ seq }) => seq === 6)];
      history.deliveries.splice(history.deliveries.indexOf(a), 2, b, a);
    },
    ['STREAM staff was handed 6 without 5', 'STREAM staff was handed 5 after 6'],
  ],
  'an event that was never committed': [
    (history) => (find(ofStaff(history), ({ seq }) => seq === 5).id = 'event 5 of a transaction that was undone'),
    ['PHANTOM staff was handed 5 as event 5 of a transaction that was undone, which was never committed'],
  ],
  'a stream that was given up': [
    (history) => history.deliveries.push({ sub: 'staff', at: 130, is: 'resync', seq: 12, reason: 'PAST_RETENTION' }),
    ['STREAM staff was told to resync (PAST_RETENTION) after 12'],
  ],
  'other words than those of the log': [
    (history) => (find(ofStaff(history), ({ seq }) => seq === 5).digest = 'others'),
    ['FOLD staff was handed another 5 than the log holds'],
  ],
  'an answer that differs from the last event': [
    (history) => (find(history.served, ({ ticket }) => ticket === 'odd').digest = 'others'),
    ['FOLD n1 answers another odd than its last event tells'],
  ],
  'two primaries': [
    (history) => find(history.log, ({ seq }) => seq === 5).holders.push({ id: 'other', primary: true }),
    [
      'ASSIGN odd at project:p#5: {"holders":[{"id":"writer","primary":true},{"id":"other","primary":true}],"assignee":"writer"}',
    ],
  ],
  'an event for other eyes': [
    (history) => (find(history.log, ({ seq }) => seq === 6).audience = 'TEAM'),
    ['ACL customer was handed 6, which is not for it'],
  ],
  'an event after access had ended': [
    (history) => history.deliveries.push({ ...find(ofStaff(history), ({ seq }) => seq === 5), sub: 'leaver' }),
    ['ACL leaver was handed 5 after access had ended at 4'],
  ],
  'a secret word': [
    (history) =>
      Object.assign(
        find(ofStaff(history), ({ seq }) => seq === 5),
        { secrets: ['secret'] },
      ),
    ['ACL staff was handed "secret" in 5'],
  ],
  'a process that ended by itself': [
    (history) => (find(history.exits, () => true).ordered = false),
    ['LIVE n1 ended by itself with SIGKILL'],
  ],
  'a process that was asked to stop and did not do so well': [
    (history) =>
      Object.assign(
        find(history.exits, () => true),
        { code: 1, signal: null },
      ),
    ['LIVE n1 was asked to stop and ended with 1'],
  ],
  'a call that was lost by a node that was asked to stop': [
    (history) => {
      history.faults.push({ fault: 'drainNode', target: 'n1', began: 1_000, healed: 1_100 });
      const call = find(history.attempts, ({ op }) => op === 'op5');
      history.attempts.push({ ...call, out: 'info', code: 'LOST', invoked: 700, returned: 1_050 });
    },
    ['LIVE n1 stopped and never answered op5 (http)'],
  ],
  'a call that is told nothing while the database hangs': [
    (history) => {
      history.faults.push({ fault: 'freezePostgres', target: 'postgres', began: 1_000, healed: 9_000 });
      const call = find(history.attempts, ({ op }) => op === 'op5');
      history.attempts.push({ ...call, out: 'info', code: 'LOST', invoked: 1_100, returned: 9_100 });
    },
    ['LIVE n1 said nothing of op5 (http) while PostgreSQL hung'],
  ],
  'a fault after which nothing goes on': [
    (history) => {
      for (const attempt of history.attempts.filter(({ invoked }) => invoked >= 28)) attempt.returned += 6_000;
    },
    ['LIVE no write was acknowledged within 5000 ms after killNode (the 1th): 6007'],
  ],
  'a reader who hears of the last event late': [
    (history) => (find(ofStaff(history), ({ seq }) => seq === 12).at = 6_000),
    ['LIVE staff had the last event only 5880 ms after all was well'],
  ],
  'an answer that tells of a defect': [
    (history) =>
      Object.assign(
        find(history.attempts, ({ op }) => op === 'op5'),
        { out: 'info', code: 'INTERNAL' },
      ),
    ['LIVE n1 answered INTERNAL to op5 (http)'],
  ],
  'silence while the disk is full': [
    (history) => {
      history.faults.push({ fault: 'fillDisk', target: 'disk', began: 45, healed: 58 });
      Object.assign(
        find(history.attempts, ({ op }) => op === 'op5'),
        { out: 'info', code: 'LOST' },
      );
    },
    ['LIVE n1 said nothing of op5 (http) while the disk was full'],
  ],
  'an error although nothing was the matter that anybody may feel': [
    (history) => {
      history.exits = [];
      history.faults = [{ fault: 'lockFile', target: 'file', began: 45, healed: 58 }];
      Object.assign(
        find(history.attempts, ({ op }) => op === 'op5'),
        { out: 'info', code: 'UNAVAILABLE' },
      );
    },
    ['LIVE n1 answered UNAVAILABLE to op5 (http), although nothing was the matter'],
  ],
  'what SQL found': [
    (history) =>
      history.findings.push({ check: 'ORPHAN', what: 'comments.ticket_id: 1 rows point at no row of tickets' }),
    ['ORPHAN comments.ticket_id: 1 rows point at no row of tickets'],
  ],
};

describe('the checker', () => {
  it('says nothing of a history in which all is well', () => {
    expect(checkHistory(aHistory(40))).toEqual([]);
  });

  it.each(Object.entries(spoilings))('finds %s, and says just where', (_, [spoil, said]) => {
    const history = aHistory();
    spoil(history);

    expect(checkHistory(history).map(({ check, what }) => `${check} ${what}`)).toEqual(said);
  });

  it('lets pass what nobody promised: a lost answer that was done, or not; a withdrawn event told or not', () => {
    const history = aHistory();
    for (const [index, op] of ['op3', 'op7'].entries())
      Object.assign(
        find(history.attempts, (attempt) => attempt.op === op),
        { out: 'info', seq: undefined, returned: 30 + index },
      );
    find(history.log, ({ seq }) => seq === 9).withdrawn = true;
    without(
      history.deliveries,
      find(ofStaff(history), ({ seq }) => seq === 9),
    );
    history.attempts.push({ ...find(history.attempts, ({ op }) => op === 'op3'), op: 'never done' });

    expect(checkHistory(history)).toEqual([]);
  });

  it('looks at ten times the lines in about ten times the time', () => {
    const tookMs = (events: number) => {
      const history = aHistory(events);
      const began = process.cpuUsage();
      checkHistory(history);
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1_000;
    };
    tookMs(2_000);
    const [small, large] = [tookMs(4_000), tookMs(40_000)];

    expect(large / small).toBeLessThan(30);
  });
});
