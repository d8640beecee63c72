import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateIncomingInput, type IncomingWebhookWithSecret } from '../../../contract/incomingWebhook.js';
import { archiveProject } from '../../../server/features/projects/commands/archiveProject.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { deleteComment } from '../../../server/features/comments/commands/deleteComment.js';
import { createUser } from '../../../server/features/users/commands/createUser.js';
import { CreateUserInput } from '../../../contract/user.js';
import { CreateCommentInput } from '../../../contract/comment.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { createIncoming } from '../../../server/features/webhooks/commands/createIncoming.js';
import { deleteIncoming } from '../../../server/features/webhooks/commands/deleteIncoming.js';
import { rotateIncomingSecret } from '../../../server/features/webhooks/commands/rotateIncomingSecret.js';
import { updateIncoming } from '../../../server/features/webhooks/commands/updateIncoming.js';
import { listIncomingDeliveries } from '../../../server/features/webhooks/incoming.queries.js';
import { digestOfFacts } from '../../support/facts.js';
import { findViolations } from '../../support/invariants.js';
import { aProject, anAgent, join } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { parsed, rows } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';
import { anApp, type LiveApp } from '../../transport/anApp.js';
import { asIssue, examplesOf, tell, type Example } from './github.js';

const SOURCE = 'Codertocat/Hello-World';
const ended = new Set(['deleted', 'transferred']);

describeEachDialect('GitHub tells of issues', (dialect) => {
  let app: LiveApp;
  let project: { id: string; key: string };
  let lead: Person;
  let holderId: string;
  let hook: IncomingWebhookWithSecret;
  let number = 100;
  beforeAll(async () => {
    app = await anApp(dialect);
    lead = await anAgent(app, 'Lea Lead');
    project = await aProject(app, { lead });
    const person = {
      name: 'Coder',
      email: 'coder@example.com',
      username: 'codertocat',
      role: 'AGENT',
      password: 'correct horse battery',
    };
    const coder = await createUser(app.deps, app.admin, parsed(CreateUserInput, person as never));
    holderId = coder.id;
    await join(app, project, { ...lead, userId: coder.id, name: 'Coder' }, 'MEMBER');
    hook = await anEndpoint();
  });
  afterAll(() => app.close());

  const anEndpoint = (projectId = project.id) =>
    createIncoming(app.deps, lead, parsed(CreateIncomingInput, { projectId, name: 'GitHub' }));
  const send = (event: string, payload: object | string, more = {}, of = hook) =>
    tell(`${app.http}${of.path}`, of.secret, event, payload, more);
  const issues = (payload: Example, more = {}) => send('issues', payload, more);

  interface State {
    title: string;
    description: string;
    status: string;
    tags: string[];
    dueDate: string | null;
    assigneeIds: string[];
  }
  /** What the ticket of an issue is like; null: there is none. */
  async function stateOf({ issue, repository }: Example): Promise<State | null> {
    const id = `${repository.full_name}#${issue.number}`;
    const [row] = await rows<{ id: string }>(app, 'SELECT id FROM tickets WHERE external_id = $1', id);
    if (!row) return null;
    const { title, description, status, tags, dueDate, assignees } = await getTicket(app.db, app.admin, {
      ticketId: row.id,
    });
    return { title, description, status, tags, dueDate, assigneeIds: assignees.map(({ userId }) => userId) };
  }
  /** What it is to be like, by the payload alone; what a short one does not say is as `before`. */
  function wanted({ issue, action }: Example, before: Partial<State> = {}): State {
    const isClosed = issue.state === 'closed' || ended.has(action);
    const dueDate = issue.milestone?.due_on?.slice(0, 10) ?? null;
    return {
      title: issue.title,
      description: issue.body ?? '',
      status: isClosed ? 'CLOSED' : 'OPEN',
      tags: issue.labels === undefined ? (before.tags ?? []) : issue.labels.map(({ name }) => name),
      dueDate: issue.milestone === undefined ? (before.dueDate ?? null) : dueDate,
      assigneeIds: !isClosed && issue.assignees?.some(({ login }) => login === 'Codertocat') ? [holderId] : [],
    };
  }
  /** The same issue, as it was before the example happened to it. */
  function opened(example: Example): Example {
    const { action, label, assignee } = example;
    return {
      ...example,
      action: 'opened',
      issue: {
        ...example.issue,
        title: 'Before',
        body: 'What it said before',
        state: action === 'reopened' ? 'closed' : 'open',
        labels: action === 'unlabeled' && label ? [label] : [],
        assignees: action === 'unassigned' && assignee ? [assignee] : [],
        assignee: null,
        milestone: action === 'demilestoned' ? { due_on: '2019-01-01T08:00:00Z' } : null,
        updated_at: '2019-01-01T00:00:00Z',
      },
    };
  }
  const digest = () => digestOfFacts(app.db);

  const examples = examplesOf('issues').map((example, nth) => [`${nth + 1}: ${example.action}`, example] as const);

  it('has 29 examples of issues and 9 of comments', () => {
    expect([examples.length, examplesOf('issue_comment').length]).toEqual([29, 9]);
    expect(new Set(examples.map(([, { action }]) => action)).size).toBe(15);
  });

  it.each(examples)('%s makes the ticket when nothing was told of it before, once', async (_, example) => {
    const payload = asIssue(example, ++number);
    const key = { 'x-github-delivery': `once-${number}` };
    const { status, reply } = await issues(payload, key);

    if (payload.issue.pull_request !== undefined || ended.has(payload.action)) {
      expect([status, reply.outcome]).toEqual([202, 'IGNORED']);
      expect(await stateOf(payload)).toBeNull();
    } else {
      expect([status, reply.outcome]).toEqual([200, 'CREATED']);
      expect(await stateOf(payload)).toEqual(wanted(payload));
    }
    const before = await digest();
    expect(await issues(payload, key)).toEqual({ status, reply });
    expect(await digest()).toEqual(before);
  });

  it.each(examples.filter(([, { issue }]) => issue.pull_request === undefined))(
    '%s changes the ticket that there is, also when what was before comes after',
    async (_, example) => {
      const payload = asIssue(example, ++number);
      const first = opened(payload);
      await issues(first);
      const before = (await stateOf(first))!;
      expect(before).toEqual(wanted(first));
      const { status, reply } = await issues(payload);

      expect([status, reply.outcome]).toEqual([200, 'UPDATED']);
      const after = wanted(payload, before);
      expect(await stateOf(payload)).toEqual(after);
      expect(await issues(first)).toMatchObject({ status: 202, reply: { outcome: 'STALE' } });
      const other = asIssue(payload, ++number);
      await issues(other);
      const late = await issues(opened(other));
      expect(late.reply.outcome).toBe('STALE');
      expect(await stateOf(payload)).toEqual(after);
      if (!ended.has(payload.action)) expect(await stateOf(other)).toEqual(wanted(other));
    },
  );

  it.each(examplesOf('issue_comment').map((example, nth) => [`${nth + 1}: ${example.action}`, example] as const))(
    'comment %s',
    async (_, example) => {
      const payload = asIssue(example, ++number);
      const saying = async () => {
        const id = `${SOURCE}#${payload.issue.number}`;
        return rows<{ content: string; gone: number; visibility: string }>(
          app,
          `SELECT c.content, CASE WHEN c.deleted_at IS NULL THEN 0 ELSE 1 END AS gone, c.visibility FROM comments c
           JOIN tickets t ON t.id = c.ticket_id WHERE t.external_id = $1 AND c.visibility = 'PUBLIC'`,
          id,
        );
      };
      const created = {
        ...payload,
        action: 'created',
        comment: { ...payload.comment!, body: 'At first', updated_at: '2019-01-01T00:00:00Z' },
      };
      const told = `Codertocat wrote on GitHub:\n\n${payload.comment!.body}`;
      const isDeleted = payload.action === 'deleted';

      if (payload.action !== 'created') await send('issue_comment', created);
      const { status, reply } = await send('issue_comment', payload);
      expect([status, reply.outcome]).toEqual([200, payload.action === 'created' ? 'CREATED' : 'UPDATED']);
      expect(await stateOf(payload)).toEqual(wanted({ ...payload, action: '' }));
      const words = isDeleted ? [{ gone: 1 }] : [{ content: told, gone: 0 }];
      expect(await saying()).toMatchObject(words);
      expect((await send('issue_comment', created)).reply.outcome).toBe('STALE');
      expect(await saying()).toMatchObject(words);
      // First heard of by this, and what was before comes after.
      const other = asIssue(payload, ++number);
      await send('issue_comment', other);
      expect((await send('issue_comment', { ...created, issue: other.issue })).reply.outcome).toBe('STALE');
    },
  );

  const plain = (): Example =>
    asIssue(
      examplesOf('issues').find(({ action }) => action === 'opened')!,
      ++number,
    );
  const at = (
    payload: Example,
    second: number,
    more: Partial<Example['issue']>,
    action: string,
    beside = {},
  ): Example => ({
    ...payload,
    action,
    issue: { ...payload.issue, ...more, updated_at: `2020-01-01T00:00:${String(second).padStart(2, '0')}Z` },
    ...beside,
  });

  it('and what staff have changed here since stays', async () => {
    const payload = plain();
    const { reply } = await issues(payload);
    const ticketId = reply.ticketId!;
    await updateTicket(app.deps, lead, {
      ticketId,
      patch: { title: 'Ours', status: 'IN_PROGRESS', priority: 'URGENT' },
    });
    await issues(at(payload, 1, { labels: [{ name: 'bug' }, { name: 'ui' }] }, 'labeled', { label: { name: 'ui' } }));

    const ticket = await getTicket(app.db, app.admin, { ticketId });
    expect(ticket).toMatchObject({ title: 'Ours', status: 'IN_PROGRESS', priority: 'URGENT', tags: ['bug', 'ui'] });
    await issues(at(payload, 2, { labels: [{ name: 'ui' }], title: 'Theirs', state: 'closed' }, 'closed'));
    expect(await stateOf(payload)).toMatchObject({ title: 'Theirs', status: 'CLOSED', tags: ['ui'], assigneeIds: [] });
    await issues(
      at(
        payload,
        3,
        { labels: [{ name: 'ui' }, { name: 'priority: low' }], title: 'Theirs', state: 'open' },
        'reopened',
      ),
    );
    const again = await getTicket(app.db, app.admin, { ticketId });
    expect(again).toMatchObject({ status: 'OPEN', priority: 'LOW' });
    expect(await findViolations(app.db)).toEqual([]);
  });

  it('in any order, within one second too', async () => {
    const payload = plain();
    const labels = ['one', 'two', 'three'].map((name) => ({ name }));
    const added = labels.map((label, nth) =>
      at(payload, 5, { labels: [...(payload.issue.labels ?? []), ...labels.slice(0, nth + 1)] }, 'labeled', { label }),
    );
    await issues(at(payload, 5, {}, 'opened'));
    for (const one of added.toReversed()) await issues(one);
    expect((await stateOf(payload))?.tags.toSorted()).toEqual(['bug', 'one', 'three', 'two']);
  });

  it('many times and all at once: one ticket, one effect', async () => {
    const payload = plain();
    const closed = at(payload, 9, { state: 'closed' }, 'closed');
    const key = { 'x-github-delivery': `all-at-once-${number}` };
    const second = await anEndpoint();
    const replies = await Promise.all([
      ...Array.from({ length: 6 }, () => issues(payload, key)),
      ...Array.from({ length: 6 }, () => issues(closed)),
      ...Array.from({ length: 3 }, () => send('issues', payload, {}, second)),
    ]);

    expect(replies.filter(({ status }) => status >= 300)).toEqual([]);
    expect(replies.map(({ reply }) => reply.outcome)).toContain('CREATED');
    expect(await stateOf(closed)).toMatchObject({ status: 'CLOSED' });
    const [count] = await rows<{ n: number }>(
      app,
      'SELECT CAST(count(*) AS INTEGER) AS n FROM incoming_deliveries WHERE delivery_key = $1',
      key['x-github-delivery'],
    );
    expect(count?.n).toBe(1);
    expect(await findViolations(app.db)).toEqual([]);
  });

  it('but nobody else does: an unsigned byte changes nothing, and says nothing of what there is', async () => {
    const payload = plain();
    const body = JSON.stringify(payload);
    const nowhere = { ...hook, path: hook.path.replace(/.{4}$/, '0000') };
    const before = await digest();
    const refused = [
      await issues(payload, { 'x-hub-signature-256': '' }),
      await issues(payload, { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }),
      await send('issues', body, {}, { ...hook, secret: `${hook.secret}x` }),
      await send('issues', body, {}, nowhere),
      await send('issues', 'no JSON', { 'x-hub-signature-256': 'sha1=00' }),
    ];

    expect(new Set(refused.map(({ status, reply }) => `${status} ${JSON.stringify(reply)}`)).size).toBe(1);
    expect(refused[0]).toMatchObject({ status: 401, reply: { code: 'UNAUTHENTICATED' } });
    expect((await issues(payload, { 'x-github-delivery': '' })).status).toBe(400);
    expect((await send('issues', 'no JSON')).status).toBe(400);
    expect((await send('issues', `payload=${encodeURIComponent(body)}`)).status).toBe(400);
    expect((await send('issues', `"${'x'.repeat(1_100_000)}"`)).status).toBe(413);
    expect((await fetch(`${app.http}${hook.path}`)).status).toBe(405);
    expect((await fetch(`${app.http}/hooks/github/x`, { method: 'POST' })).status).toBe(404);
    expect(await digest()).toEqual(before);
  });

  it('and what is of no use is answered with a reason', async () => {
    expect(await send('ping', examplesOf('ping')[0]!)).toMatchObject({ status: 200, reply: { outcome: 'PONG' } });
    const others: [string, object][] = [
      ['push', { ref: 'main' }],
      ['issues', {}],
      ['issues', { ...plain(), issue: { number: 'x' } }],
      ['issue_comment', { ...plain(), comment: undefined }],
    ];
    for (const [event, payload] of others) {
      const { status, reply } = await send(event, payload);
      expect([status, reply.outcome]).toEqual([202, 'IGNORED']);
      expect(reply.reason).toMatch(/\w/);
    }
    const nul = plain();
    const { status, reply } = await issues({ ...nul, issue: { ...nul.issue, body: 'a\u0000b' } });
    expect([status, reply.outcome]).toEqual([202, 'REFUSED']);
  });

  it('refused by the rules of the project, it can be sent again once they are otherwise', async () => {
    const away = await aProject(app, { lead });
    const there = await anEndpoint(away.id);
    await archiveProject(app.deps, lead, { projectId: away.id, archived: true });
    const payload = plain();
    const key = { 'x-github-delivery': `again-${number}` };
    expect(await send('issues', payload, key, there)).toMatchObject({ status: 202, reply: { outcome: 'REFUSED' } });
    await archiveProject(app.deps, lead, { projectId: away.id, archived: false });

    expect(await send('issues', payload, key, there)).toMatchObject({ status: 200, reply: { outcome: 'CREATED' } });
    const log = await listIncomingDeliveries(app.db, lead, { incomingId: there.id, limit: 10 });
    expect(log.items.map(({ outcome, event, action }) => [outcome, event, action])).toEqual([
      ['CREATED', 'issues', 'opened'],
    ]);
  });

  it('by the secret before too, for a while; and not when it is off, or gone', async () => {
    const own = await anEndpoint();
    const anew = await rotateIncomingSecret(app.deps, lead, { incomingId: own.id, graceHours: 1 });
    expect((await send('ping', {}, {}, own)).status).toBe(200);
    expect((await send('ping', {}, {}, anew)).status).toBe(200);
    const last = await rotateIncomingSecret(app.deps, lead, { incomingId: own.id, graceHours: 0 });
    expect((await send('ping', {}, {}, anew)).status).toBe(401);
    await updateIncoming(app.deps, lead, { incomingId: own.id, patch: { active: false } });
    expect(await send('issues', plain(), {}, last)).toMatchObject({ status: 202, reply: { outcome: 'IGNORED' } });
    await deleteIncoming(app.deps, lead, { incomingId: own.id });
    expect((await send('ping', {}, {}, last)).status).toBe(401);
  });

  it('tells who holds the ticket of what is said there, and a comment that was deleted here stays so', async () => {
    const payload = asIssue(examplesOf('issue_comment')[0]!, ++number);
    await send('issue_comment', payload);
    const [ticket] = await rows<{ id: string }>(
      app,
      'SELECT id FROM tickets WHERE external_id = $1',
      `${SOURCE}#${number}`,
    );
    const news = await rows<{ kind: string }>(
      app,
      'SELECT kind FROM notifications WHERE user_id = $1 AND ticket_id = $2 ORDER BY kind',
      holderId,
      ticket!.id,
    );
    expect(news.map(({ kind }) => kind)).toEqual(['ASSIGNED', 'REPLY']);
    await createComment(app.deps, lead, parsed(CreateCommentInput, { ticketId: ticket!.id, content: 'Ours' }));
    const said = () =>
      rows<{ id: string; content: string }>(
        app,
        "SELECT id, content FROM comments WHERE ticket_id = $1 AND content LIKE 'Codertocat%'",
        ticket!.id,
      );
    const [comment] = await said();
    await deleteComment(app.deps, lead, { commentId: comment!.id });
    const edited = {
      ...payload,
      action: 'edited',
      comment: { ...payload.comment!, body: 'Once more', updated_at: '2026-01-01T00:00:00Z' },
    };
    expect((await send('issue_comment', edited)).reply.outcome).toBe('UNCHANGED');
    expect(await said()).toEqual([comment]);
    const told = await rows(
      app,
      'SELECT id FROM notifications WHERE user_id = $1 AND (in_app OR awaits_mail)',
      hook.userId,
    );
    expect(told).toEqual([]);
  });
});
