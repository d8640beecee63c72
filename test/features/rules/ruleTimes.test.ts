import { afterEach, beforeEach, expect, it } from 'vitest';
import { CreateCustomFieldInput } from '../../../contract/customField.js';
import { DryRunInput } from '../../../contract/rule.js';
import { digestOf } from '../../../server/db/digest.js';
import { createCustomField } from '../../../server/features/customFields/commands/createCustomField.js';
import { dryRun } from '../../../server/features/rules/dryRun.js';
import { runDueRules } from '../../../server/features/rules/scheduledRules.js';
import { openTestDatabase } from '../../support/database.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, parsed, rows } from '../../support/ticketWorld.js';
import { acting, aRuleWorld, type RuleWorld } from './ruleWorld.js';

describeEachDialect('rules', (dialect) => {
  let world: RuleWorld;
  beforeEach(async () => {
    world = await aRuleWorld(dialect);
  });
  afterEach(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });

  const statusOf = async ({ id }: { id: string }) =>
    (await rows<{ status: string }>(world, 'SELECT status FROM tickets WHERE id = $1', id))[0]?.status;

  it('act once upon each event, however many nodes look', async () => {
    await world.rule({ actions: [{ kind: 'COMMENT', content: 'seen' }] });
    const other = openTestDatabase(world.url);
    const nodes = [world.deps, { ...world.deps, db: other }];
    const tickets = [];
    for (let nth = 0; nth < 10; nth++) tickets.push(await aTicket(world));
    await Promise.all([...nodes, ...nodes].map(acting));
    const comments = await rows<{ ticket_id: string }>(world, 'SELECT ticket_id FROM comments ORDER BY ticket_id');
    await other.close();

    expect(comments.map(({ ticket_id }) => ticket_id)).toEqual(tickets.map(({ id }) => id).toSorted());
  });

  it('with a schedule act once for each time, on one node, over the tickets that they are about', async () => {
    const trigger = { kind: 'SCHEDULE' as const, cron: '*/5 * * * *', timezone: 'Europe/Berlin' };
    const isOld = [
      { field: 'status' as const, op: 'IS' as const, value: ['RESOLVED'] },
      { field: 'resolvedAt' as const, op: 'OLDER_HOURS' as const, value: 24 },
    ];
    await world.rule({
      trigger: { ...trigger, over: 'TICKETS' },
      conditions: { match: 'ALL', of: isOld },
      actions: [{ kind: 'SET', patch: { status: 'CLOSED' } }],
    });
    const check = { kind: 'OPEN_TICKET' as const, title: 'Weekly check' };
    await world.rule({ trigger: { ...trigger, over: 'PROJECT' }, actions: [check] });
    const [old, open] = [await aTicket(world, { status: 'RESOLVED' }), await aTicket(world)];
    const none = await runDueRules(world.deps);
    world.clock.advance(25 * 3_600_000);
    const young = await aTicket(world, { status: 'RESOLVED' });
    const other = openTestDatabase(world.url);
    const counts = await Promise.all([runDueRules(world.deps), runDueRules({ ...world.deps, db: other })]);
    const again = await runDueRules(world.deps);
    await other.close();

    expect([none, counts[0] + counts[1], again]).toEqual([0, 2, 0]);
    expect([await statusOf(old), await statusOf(open), await statusOf(young)]).toEqual(['CLOSED', 'OPEN', 'RESOLVED']);
    const checks = await rows(world, "SELECT * FROM tickets WHERE title = 'Weekly check'");
    expect(checks).toMatchObject([{ reporter_id: world.lead.userId, project_id: world.project.id }]);
    expect(await world.runs()).toHaveLength(2);
  });

  it('can be tried on what happened, which writes nothing and agrees with what they then do', async () => {
    const tier = { projectId: world.project.id, key: 'tier', kind: 'NUMBER', label: 'Tier' } as const;
    await createCustomField(world.deps, world.lead, parsed(CreateCustomFieldInput, tier));
    const wanted = [
      { field: 'customFields.tier' as const, op: 'MORE' as const, value: 2 },
      { field: 'priority' as const, op: 'IS' as const, value: ['URGENT'] },
    ];
    const draft = {
      trigger: { kind: 'EVENT' as const, types: ['ticket.created' as const] },
      conditions: { match: 'ANY' as const, of: wanted },
      actions: [
        { kind: 'SET' as const, patch: { customFields: { tier: 9 } } },
        { kind: 'COMMENT' as const, content: 'x' },
      ],
    };
    const rule = await world.rule(draft);
    const made = [
      await aTicket(world, { customFields: { tier: 3 } }),
      await aTicket(world, { customFields: { tier: 2 } }),
      await aTicket(world, { priority: 'URGENT' }),
    ];
    const before = await digestOf(world.db.sequelize);
    const ask = (input: object) =>
      dryRun(world.deps, world.ann, parsed(DryRunInput, { projectId: world.project.id, ...input }));
    const [tried, saved] = [await ask({ rule: draft }), await ask({ ruleId: rule.id })];
    const after = await digestOf(world.db.sequelize);
    await world.act();
    const did = (await world.runs()).map(({ ticketId, actions }) => ({ ticketId, actions })).toReversed();

    expect([after, saved]).toEqual([before, tried]);
    expect(tried.items.map(({ ticketId }) => ticketId)).toEqual([made[0]!.id, made[2]!.id]);
    expect(did).toEqual(tried.items.map(({ ticketId, actions }) => ({ ticketId, actions })));
  });
});
