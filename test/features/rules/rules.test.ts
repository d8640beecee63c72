import { afterEach, beforeEach, expect, it } from 'vitest';
import { CreateCommentInput } from '../../../contract/comment.js';
import { CreateWebhookInput } from '../../../contract/webhook.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { deleteRule } from '../../../server/features/rules/commands/deleteRule.js';
import { updateRule } from '../../../server/features/rules/commands/updateRule.js';
import { ticketHistory } from '../../../server/features/tickets/ticketHistory.queries.js';
import { createWebhook } from '../../../server/features/webhooks/commands/createWebhook.js';
import { groupBy } from '../../../server/kernel/groupBy.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, eventsOf, give, parsed, patchTicket, refusal, rows } from '../../support/ticketWorld.js';
import { aRuleWorld, type RuleWorld } from './ruleWorld.js';

const isUrgent = { match: 'ALL' as const, of: [{ field: 'priority' as const, op: 'IS' as const, value: ['URGENT'] }] };

describeEachDialect('rules', (dialect) => {
  let world: RuleWorld;
  beforeEach(async () => {
    world = await aRuleWorld(dialect);
  });
  afterEach(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });

  const ticketRow = async ({ id }: { id: string }) => {
    const [row] = await rows<Record<string, unknown>>(world, 'SELECT * FROM tickets WHERE id = $1', id);
    return row!;
  };

  it('act upon what happens from their making on, where their conditions hold, and say what they did', async () => {
    const early = await aTicket(world, { priority: 'URGENT' });
    const rule = await world.rule({
      name: 'Urgent ones',
      conditions: isUrgent,
      actions: [
        { kind: 'SET', patch: { status: 'IN_PROGRESS', storyPoints: 3 } },
        { kind: 'DUE_IN', days: 2 },
        { kind: 'TAG', tags: ['hot'] },
        { kind: 'ASSIGN', to: { strategy: 'PERSON', userId: world.bob.userId } },
        { kind: 'COMMENT', content: '{key} is urgent: {title}' },
        { kind: 'NOTIFY', note: 'Look at {key}', people: [world.cyd.userId] },
      ],
    });
    const [urgent, calm] = [await aTicket(world, { priority: 'URGENT', title: 'Fire' }), await aTicket(world)];

    await world.act();
    await world.act();

    expect([(await ticketRow(early))['status'], (await ticketRow(calm))['status']]).toEqual(['OPEN', 'OPEN']);
    const now = { status: 'IN_PROGRESS', story_points: 3, assignee_id: world.bob.userId };
    expect(await ticketRow(urgent)).toMatchObject(now);
    expect((await eventsOf(world, urgent)).slice(1).map(({ type, actorId }) => `${type} ${actorId}`)).toEqual([
      'ticket.updated null',
      'ticket.updated null',
      'ticket.updated null',
      'ticket.assigned null',
      'comment.created null',
    ]);
    const [run, ...others] = await world.runs();
    expect(others).toEqual([]);
    expect(run).toMatchObject({ ruleId: rule.id, ticketId: urgent.id, depth: 1, outcome: 'DONE' });
    expect(run!.actions.map(({ result }) => result)).toEqual(Array.from({ length: 6 }, () => 'DONE'));
    expect(run!.lastSeq! - run!.firstSeq!).toBe(4);
    const [comment] = await rows<{ content: string; user_id: string }>(world, 'SELECT * FROM comments');
    expect(comment).toMatchObject({ content: `${urgent.key} is urgent: Fire`, user_id: world.lead.userId });
    const [told] = await rows(world, "SELECT * FROM notifications WHERE kind = 'RULE'");
    expect(told).toMatchObject({ user_id: world.cyd.userId, note: `Look at ${urgent.key}`, rule_id: rule.id });
    const history = await ticketHistory(world.db, world.ann, { ticketId: urgent.id, limit: 50 });
    const names = history.items.slice(1).map(({ changedByName }) => changedByName);
    expect(new Set(names)).toEqual(new Set(['Rule: Urgent ones']));
    const [span] = await rows(world, 'SELECT * FROM assignments WHERE ticket_id = $1', urgent.id);
    expect(span).toMatchObject({ type: 'RULE', assigned_by: null, assigned_by_label: 'Rule: Urgent ones' });
  });

  it('send what they left to a webhook of the project, once, while it is on', async () => {
    const address = { url: 'https://hooks.example.com/rules', eventTypes: ['ticket.deleted' as const] };
    const [on, off] = await Promise.all(
      [true, false].map((active) =>
        createWebhook(
          world.deps,
          world.lead,
          parsed(CreateWebhookInput, { projectId: world.project.id, ...address, active }),
        ),
      ),
    );
    const send = (webhookId: string) => ({ kind: 'WEBHOOK' as const, webhookId });
    const foreign = await aProject(world, { members: [world.lead] });
    const elsewhere = parsed(CreateWebhookInput, { projectId: foreign.id, ...address });
    const { id: theirs } = await createWebhook(world.deps, world.admin, elsewhere);
    const { id: ruleId } = await world.rule({ actions: [{ kind: 'TAG', tags: ['hot'] }, send(on!.id), send(off!.id)] });
    const ticket = await aTicket(world);
    await world.act();
    await world.act();

    for (const id of [theirs, newId()])
      expect(await refusal(world, 'BAD_INPUT', () => world.rule({ actions: [send(id)] }))).toMatchObject({
        message: 'There is no such webhook.',
      });
    const [run] = await world.runs();
    expect(run!.actions.map(({ result, why }) => why ?? result)).toEqual(['DONE', 'DONE', 'The webhook is off.']);
    const sent = await rows<{ webhook_id: string; body: string; ticket_id: string }>(
      world,
      'SELECT * FROM webhook_deliveries',
    );
    expect(sent).toMatchObject([{ webhook_id: on!.id, ticket_id: ticket.id, event_type: 'rule.acted' }]);
    expect(JSON.parse(sent[0]!.body)).toMatchObject({
      type: 'rule.acted',
      rule: { id: ruleId, name: 'Rule 1' },
      payload: { ticket: { key: ticket.key, tags: ['hot'] } },
    });
  });

  it('act in their order, each on what those before it have left', async () => {
    const isFirst = { match: 'ALL' as const, of: [{ field: 'tags' as const, op: 'IS' as const, value: ['FIRST'] }] };
    await world.rule({ conditions: isFirst, actions: [{ kind: 'SET', patch: { priority: 'URGENT' } }], position: 2 });
    await world.rule({ actions: [{ kind: 'TAG', tags: ['first'] }], position: 1 });
    await world.rule({ conditions: isUrgent, actions: [{ kind: 'UNTAG', tags: ['first'] }], position: 3 });
    const ticket = await aTicket(world);
    await world.act();

    expect(await ticketRow(ticket)).toMatchObject({ priority: 'URGENT' });
    expect((await world.runs()).map(({ ruleName }) => ruleName)).toEqual(['Rule 3', 'Rule 1', 'Rule 2']);
  });

  it('leave no run where they change nothing, and say what they could not do', async () => {
    const isClosed = {
      match: 'ANY' as const,
      of: [{ field: 'status' as const, op: 'IS' as const, value: ['CLOSED'] }],
    };
    const toLow = { kind: 'SET' as const, patch: { priority: 'LOW' as const } };
    await world.rule({ actions: [toLow, { kind: 'UNASSIGN' }, { kind: 'UNTAG', tags: ['x'] }] });
    await world.rule({ actions: [{ kind: 'ASSIGN', to: { strategy: 'LEAST_LOADED' } }], conditions: isClosed });
    await aTicket(world, { priority: 'LOW' });
    await aTicket(world, { priority: 'LOW', status: 'CLOSED' });
    await world.act();

    expect((await world.runs()).map(({ outcome, actions }) => [outcome, actions])).toEqual([
      ['FAILED', [{ kind: 'ASSIGN', result: 'REFUSED', why: 'The ticket is closed.' }]],
    ]);
  });

  it('give tickets to who has the least to do, or to one after the other', async () => {
    const { lead, ann, bob, cyd } = world;
    for (const person of [lead, ann]) await give(world, await aTicket(world, { storyPoints: 20 }), person);
    await give(world, await aTicket(world, { storyPoints: 5 }), bob);
    const least = await world.rule({ actions: [{ kind: 'ASSIGN', to: { strategy: 'LEAST_LOADED' } }] });
    const given = async (count: number) => {
      const people: unknown[] = [];
      for (let nth = 0; nth < count; nth++) {
        const ticket = await aTicket(world, { storyPoints: 4 });
        await world.act();
        people.push((await ticketRow(ticket))['assignee_id']);
      }
      return people;
    };
    const byLoad = await given(3);
    const actions = [{ kind: 'ASSIGN' as const, to: { strategy: 'ROUND_ROBIN' as const }, replace: false }];
    await updateRule(world.deps, lead, { ruleId: least.id, patch: { actions } });
    const round = await given(5);
    const inOrder = [lead, ann, bob, cyd].map(({ userId }) => userId).toSorted();

    expect(byLoad).toEqual([cyd.userId, cyd.userId, bob.userId]);
    expect(round).toEqual([...inOrder, inOrder[0]]);
  });

  it('hear what a customer says, and what changed from and to', async () => {
    const isAgain = [
      { field: 'actor' as const, op: 'IS' as const, value: ['REPORTER'] },
      { field: 'comment' as const, op: 'CONTAINS' as const, value: 'AGAIN' },
    ];
    await world.rule({
      trigger: { kind: 'EVENT', types: ['comment.created'] },
      conditions: { match: 'ALL', of: isAgain },
      actions: [{ kind: 'SET', patch: { status: 'OPEN' } }],
    });
    const isDone = {
      field: 'status' as const,
      op: 'CHANGED' as const,
      value: { from: ['OPEN'], to: ['REVIEW', 'RESOLVED'] },
    };
    await world.rule({
      trigger: { kind: 'EVENT', types: ['ticket.updated'] },
      conditions: { match: 'ALL', of: [isDone] },
      actions: [{ kind: 'TAG', tags: ['was done'] }],
    });
    const ticket = await aTicket(world, { reporterId: world.customer.userId });
    const say = async (actor: typeof world.ann, content: string) => {
      await createComment(world.deps, actor, parsed(CreateCommentInput, { ticketId: ticket.id, content }));
      await world.act();
      return (await ticketRow(ticket))['status'];
    };
    const become = async (status: 'IN_PROGRESS' | 'RESOLVED') => {
      await patchTicket(world, world.ann, ticket.id, { status });
      await world.act();
      return rows(world, 'SELECT * FROM ticket_tags');
    };
    await become('IN_PROGRESS');
    const untagged = await become('RESOLVED');

    expect([untagged, await say(world.ann, 'not again'), await say(world.customer, 'Again!')]).toEqual([
      [],
      'RESOLVED',
      'OPEN',
    ]);
    expect(await become('RESOLVED')).toHaveLength(1);
  });

  it('that play ping-pong are stopped at the limit, and that is said once', async () => {
    const swap = (from: string, to: 'OPEN' | 'REVIEW') => {
      const changed = { field: 'status' as const, op: 'CHANGED' as const, value: { to: [from] } };
      return world.rule({
        trigger: { kind: 'EVENT', types: ['ticket.updated'] },
        conditions: { match: 'ALL', of: [changed] },
        actions: [{ kind: 'SET', patch: { status: to } }],
      });
    };
    await swap('OPEN', 'REVIEW');
    await swap('REVIEW', 'OPEN');
    const ticket = await aTicket(world);
    for (const status of ['REVIEW', 'REVIEW'] as const) {
      await patchTicket(world, world.ann, ticket.id, { status: 'IN_PROGRESS' });
      await patchTicket(world, world.ann, ticket.id, { status });
      await world.act();
    }
    const runs = await world.runs();
    const byRoot = groupBy(runs, ({ rootId }) => rootId);

    expect([...byRoot.values()].map((own) => own.map(({ depth, outcome }) => `${depth} ${outcome}`))).toEqual(
      [1, 2].map(() => ['11 STOPPED', ...Array.from({ length: 10 }, (_, nth) => `${10 - nth} DONE`)]),
    );
    const told = await rows<{ user_id: string; note: string }>(
      world,
      "SELECT * FROM notifications WHERE kind = 'RULE'",
    );
    expect(told.map(({ user_id, note }) => [user_id, note])).toEqual([
      [world.lead.userId, 'The rule “Rule 2” was stopped: it went round in circles.'],
    ]);
    expect(await rows(world, 'SELECT * FROM events_put_aside')).toEqual([]);
  });

  it('may be a hundred upon one event, and no more', { timeout: 60_000 }, async () => {
    for (let nth = 0; nth < 101; nth++) await world.rule({ actions: [{ kind: 'SET', patch: { storyPoints: nth } }] });
    const ticket = await aTicket(world);
    const begun = performance.now();
    await world.act();
    const tookMs = performance.now() - begun;
    const runs = await world.runs();

    expect((await ticketRow(ticket))['story_points']).toBe(99);
    expect(runs.map(({ outcome }) => outcome)).toEqual(['STOPPED', ...Array.from({ length: 100 }, () => 'DONE')]);
    expect(tookMs).toBeLessThan(30_000);
  });

  it('are the leads’ to change, and name nobody who does not work there', async () => {
    const rule = await world.rule({});
    const change = (actor: typeof world.ann, active: boolean, expectedVersion?: number) =>
      updateRule(world.deps, actor, { ruleId: rule.id, patch: { active }, expectedVersion });
    await refusal(world, 'FORBIDDEN', () => world.rule({}, world.ann));
    await refusal(world, 'FORBIDDEN', () => change(world.ann, false));
    await refusal(world, 'NOT_FOUND', () => deleteRule(world.deps, world.customer, { ruleId: rule.id }));
    const userId = world.otherCustomer.userId;
    const toStranger = { kind: 'ASSIGN' as const, to: { strategy: 'PERSON' as const, userId } };
    await refusal(world, 'BAD_INPUT', () => world.rule({ actions: [toStranger] }));
    await refusal(world, 'BAD_INPUT', () => world.rule({ actions: [{ kind: 'NOTIFY', note: 'x', people: [userId] }] }));
    const never = { kind: 'SCHEDULE' as const, cron: '61 * * * *', timezone: 'UTC', over: 'TICKETS' as const };
    await refusal(world, 'BAD_INPUT', () => world.rule({ trigger: never }));
    await refusal(world, 'CONFLICT', () => change(world.lead, false, 2));

    const off = await change(world.lead, false);
    const ticket = await aTicket(world);
    await change(world.lead, true);
    await world.act();
    expect([off.version, (await eventsOf(world, ticket)).length]).toEqual([2, 1]);
    await deleteRule(world.deps, world.lead, { ruleId: rule.id });
    await refusal(world, 'NOT_FOUND', () => change(world.lead, true));
  });
});
