import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { createLogger } from '../../server/kernel/logger.js';
import { AuditEntry } from '../../server/db/models/AuditEntry.js';
import { Notification } from '../../server/db/models/Notification.js';
import { RefreshToken } from '../../server/db/models/RefreshToken.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { firstIdAt, newId } from '../../server/kernel/ids.js';
import { formatCursor } from '../../server/realtime/cursor.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import { pruneOnce } from '../../server/realtime/retention.js';
import { aProject, anAgent } from '../support/people.js';
import { eventsOf, numbered } from '../support/recorded.js';
import { describeEachDialect } from '../support/services.js';
import type { World } from '../support/world.js';
import { aHub, aLiveWorld, append, followProject, oneTo, until } from './liveWorld.js';

const DAY = 86_400_000;

describeEachDialect('retention', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aLiveWorld(dialect);
  });
  afterAll(() => world.close());

  /** Makes a project's first events look as old as given, by their ids. */
  const age = async (projectId: string, upTo: number, days: number) => {
    const prefix = firstIdAt(new Date(Date.now() - days * DAY)).slice(0, 23);
    await world.db.sequelize.query(
      `UPDATE events SET id = '${prefix}' || substr(id, 24) WHERE project_id = '${projectId}' AND seq <= ${upTo}`,
    );
  };
  const prune = (eventDays = 7, auditDays = 365) =>
    pruneOnce({ db: world.db, clock: world.clock, logger: createLogger('silent'), eventDays, auditDays });

  it('forgets what is older, in steps, and answers older cursors with a resync', async () => {
    const { id } = await aProject(world);
    const last = await append(world, id, 2_600);
    await age(id, 2_400, 8);

    await prune();
    const node = aHub(world.deps);
    const epoch = await new EventLog(world.db).epoch();
    const taps = [2_399, 2_400].map((seq) => followProject(node, world.admin, id, formatCursor(epoch, seq)));
    await until(() => taps.every((tap) => tap.items.at(-1)?.kind === 'ready'));
    await Promise.all(taps.map((tap) => tap.stop()));

    expect(numbered(await eventsOf(world, id))).toEqual(oneTo(last).slice(2_400));
    expect(taps[0]?.items[0]).toMatchObject({ kind: 'resync', reason: 'PAST_RETENTION' });
    expect(taps[1]?.seqs).toEqual(oneTo(last).slice(2_400));
  });

  it('lets a cursor at the head of a quiet stream go on when everything was forgotten', async () => {
    const { id } = await aProject(world);
    const last = await append(world, id, 5);
    await age(id, last, 30);

    await prune();
    const epoch = await new EventLog(world.db).epoch();
    const tap = followProject(aHub(world.deps), world.admin, id, formatCursor(epoch, last));
    await until(() => tap.items.length > 0);
    await tap.stop();

    expect(await eventsOf(world, id)).toEqual([]);
    expect(tap.items).toEqual([{ kind: 'ready', seq: last }]);
  });

  it('keeps everything for ever when it is 0 days', async () => {
    const { id } = await aProject(world);
    const last = await append(world, id, 3);
    await age(id, last, 400);

    await prune(0);

    expect(await eventsOf(world, id)).toHaveLength(last);
  });

  it('forgets idempotency keys after a week', async () => {
    const ben = await anAgent(world);
    const insert = (key: string, days: number) =>
      world.db.sequelize.query(
        `INSERT INTO idempotency_keys (user_id, key, procedure, request_hash, created_at)
         VALUES ('${ben.userId}', '${key}', 'x', 'x', '${new Date(Date.now() - days * DAY).toISOString().replace('T', ' ').replace('Z', ' +00:00')}')`,
      );
    await insert('old', 8);
    await insert('new', 6);

    const { keys } = await prune();
    const [rows] = await world.db.sequelize.query(`SELECT key FROM idempotency_keys WHERE user_id = '${ben.userId}'`);

    expect(keys).toBe(1);
    expect(rows).toEqual([{ key: 'new' }]);
  });

  it('forgets the audit log a year after, in steps, or never', async () => {
    const line = { actorName: 'x', procedure: 'x', entity: 'SKILL', entityId: newId(), action: 'UPDATED' } as const;
    const aged = (count: number, days: number) =>
      Array.from({ length: count }, () => ({ ...line, at: new Date(Date.now() - days * DAY) }));
    await AuditEntry.bulkCreate([...aged(1_100, 366), ...aged(3, 364)]);
    const left = () => AuditEntry.count({ where: { entityId: line.entityId } });

    await prune(7, 0);
    const untouched = await left();
    const { audit } = await prune();

    expect([untouched, audit, await left()]).toEqual([1_103, 1_100, 3]);
  });

  it('forgets notifications after 90 days', async () => {
    const { id: projectId } = await aProject(world);
    const draft = CreateTicketInput.parse({ projectId, title: 'A ticket' });
    const { id: ticketId } = await createTicket(world.deps, world.admin, draft);
    const { userId } = await anAgent(world);
    const told = (days: number) => {
      const id = firstIdAt(new Date(Date.now() - days * DAY)).slice(0, 23) + newId().slice(23);
      return Notification.create({ id, userId, kind: 'ASSIGNED', ticketId, inApp: true });
    };
    await told(91);
    const { id: kept } = await told(89);

    const { notifications } = await prune();

    expect(notifications).toBe(1);
    expect((await Notification.findAll({ where: { userId }, raw: true })).map(({ id }) => id)).toEqual([kept]);
  });

  it('forgets a family of refresh tokens a week after its end, from its first one on, and no living one', async () => {
    const { userId } = await anAgent(world);
    const insert = async (days: number, replacedById: string | null) => {
      const token = { userId, familyId: newId(), tokenHash: newId(), expiresAt: new Date(Date.now() - days * DAY) };
      return (await RefreshToken.create({ ...token, replacedById })).id;
    };
    const living = await insert(-1, null);
    const ended = await insert(6, living);
    // Life was made longer meanwhile: the later token ended before the one that it replaced.
    const last = await insert(20, null);
    await insert(9, last);
    await insert(30, ended);

    const { tokens } = await prune();
    const left = await RefreshToken.findAll({ where: { userId }, order: ['expiresAt'], raw: true });

    expect(tokens).toBe(3);
    expect(left.map(({ id }) => id)).toEqual([ended, living]);
  });
});
