import pg from 'pg';
import type { App } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { Recorder } from '../../../server/db/recorder.js';
import { json, statement as aStatement } from '../../../server/db/statement.js';
import { byTickets } from '../../../server/features/tickets/ticketStatements.js';
import { AppError } from '../../../server/kernel/errors.js';
import { AccessWatch } from '../../../server/realtime/access.js';
import { LiveStream } from '../../../server/realtime/liveStream.js';
import type { SentItem } from '../../../server/realtime/sink.js';
import { WsSubscription } from '../../../server/transport/wsSubscription.js';
import { aroundCommits, aroundStatements, failSomeCommits, onceIn } from './commits.js';

/** Puts another method in the place of a class's own, which it is given. */
function replace<Self extends object, Name extends keyof Self>(
  prototype: Self,
  name: Name,
  make: (original: Self[Name]) => Self[Name],
): void {
  Object.assign(prototype, { [name]: make(prototype[name]) });
}

/** Followers are told of an event when it is written, not when it is committed. */
export function publishBeforeCommit(app: App): void {
  failSomeCommits(app);
  const publish = ({ events, at }: Recorder, draft: Parameters<Recorder['append']>[0]) => {
    const { seq, projectId: project_id, type, ticketId: ticket_id, audience, reporterId: reporter_id, payload } = draft;
    const about = { seq, type, audience, project_id, ticket_id, reporter_id, actor_id: null, actor_name: null, at };
    const rows = [{ ...about, id: events.at(-1)?.id ?? '', payload: json(payload) }];
    app.deps.wake([{ kind: 'project', id: project_id, seq, rows }]);
  };
  replace(Recorder.prototype, 'append', (append) => {
    return function publishing(this: Recorder, draft) {
      append.call(this, draft);
      publish(this, draft);
    };
  });
}

/** The order in which a socket is given its items is changed by `change`; what it leaves out never arrives. */
function rearrange(change: (items: readonly SentItem[], held: SentItem[]) => readonly SentItem[]): void {
  const held = new WeakMap<WsSubscription, SentItem[]>();
  replace(WsSubscription.prototype, 'write', (write) => {
    return function rearranging(this: WsSubscription, delivery, from) {
      const waiting = held.get(this) ?? [];
      held.set(this, waiting);
      const items = change(delivery.items.slice(from), waiting);
      write.call(this, { ...delivery, items, readers: 1 }, 0);
    };
  });
}
const isEvent = ({ item }: SentItem): boolean => (item as { kind: string }).kind === 'event';

export function dropEvery200th(): void {
  const isNext = onceIn(200);
  rearrange((items) => items.filter((item) => !isEvent(item) || !isNext()));
}

/** Now and then an event is sent after the one that follows it. */
export function swapTwo(): void {
  const isNext = onceIn(100);
  rearrange((items, held) =>
    items.flatMap((item) => {
      const late = held.splice(0);
      if (late.length > 0 || !isEvent(item) || !isNext()) return [item, ...late];
      held.push(item);
      return [];
    }),
  );
}

/** Event numbers come from a counter that does not wait for COMMIT, as a sequence of the database does. */
export function numberOutsideOfTransaction(app: App): void {
  failSomeCommits(app);
  const beside = new pg.Pool({ connectionString: loadConfig().databaseUrl });
  aroundStatements(app, (all) => async <Row extends object>(...[statement, values]: Parameters<typeof all>) => {
    if (statement.name !== 'counters.take') return all<Row>(statement, values);
    const { rows } = await beside.query<Row>(statement.text(app.deps.db.dialect), [...values]);
    return rows;
  });
}

/** A key is never found again. */
export function forgetKeys(app: App): void {
  aroundStatements(app, (all) => (statement, values) => {
    if (statement.name !== 'idempotency.claim') return all(statement, values);
    const [userId = '', key, ...rest] = values;
    return all(statement, [userId, `${String(key)} ${Math.random()}`, ...rest]);
  });
}

/** What a person may see is learned when a stream begins, and not again. */
export function checkAccessAtStart(): void {
  replace(AccessWatch.prototype, 'hold', (hold) => {
    return function deaf(this: AccessWatch<LiveStream>, userId) {
      const access = hold.call(this, userId);
      const { people } = this as unknown as { people: Map<string, { feed: LiveStream }> };
      people.get(userId)?.feed.onMoved.delete(access.expire);
      return access;
    };
  });
}

/** Of several tickets that are read together only the first is held. */
export function holdOneOfTwo(app: App): void {
  const { lock } = byTickets;
  const read = aStatement('planted.read', (d) => lock.text(d).replace(/ FOR [A-Z ]*UPDATE.*$/s, ''));
  aroundStatements(app, (all) => async <Row extends object>(...[asked, values]: Parameters<typeof all>) => {
    if (asked.name !== lock.name) return all<Row>(asked, values);
    await all(lock, [(values[0] as readonly string[]).slice(0, 1)]);
    return all<Row>(read, values);
  });
}

/** Whose workloads an approval decides by. */
const lockOfWorkloads = 'developers.lockMany';

/** They are read, and anybody may change them before it is written. */
export function readWorkloadsUnlocked(app: App): void {
  aroundStatements(app, (all) => (asked, values) => {
    if (asked.name !== lockOfWorkloads) return all(asked, values);
    return all(
      aStatement('planted.workloads', asked.text(app.deps.db.dialect).replace(/ FOR [A-Z ]*UPDATE.*$/s, '')),
      values,
    );
  });
}

/** Everybody has room for everything. */
export const haveRoom = (app: App): void => changeRows(app, lockOfWorkloads, { capacity: 1_000_000 });

/** What was decided is open again. */
export const forgetDecisions = (app: App): void => changeRows(app, 'proposals.byId', { state: 'PROPOSED' });

function changeRows(app: App, name: string, change: object): void {
  aroundStatements(app, (all) => async <Row extends object>(...[asked, values]: Parameters<typeof all>) => {
    const rows = await all<Row>(asked, values);
    return asked.name === name ? rows.map((row) => ({ ...row, ...change })) : rows;
  });
}

/** An error is answered for what was committed. */
export function failAfterCommit(app: App): void {
  const isNext = onceIn(20);
  aroundCommits(app, async (commit) => {
    await commit();
    if (isNext()) throw new AppError('CONFLICT', 'planted');
  });
}

/** Whoever resumes begins one event too late. */
export function resumeOneLate(): void {
  replace(LiveStream.prototype, 'placeOf', (placeOf) => {
    return async function late(this: LiveStream, text) {
      const place = await placeOf.call(this, text);
      return typeof place === 'number' && place > 0 && place < this.target ? place + 1 : place;
    };
  });
}
