import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ticketStatuses } from '../../../contract/ticket.js';
import { newId } from '../../../server/kernel/ids.js';
import { anAgent, aCustomer, aProject, signIn } from '../../support/people.js';
import { clientOf } from '../../support/revocations.js';
import { describeEachDialect } from '../../support/services.js';
import { anApp, type LiveApp } from '../../transport/anApp.js';

type Client = ReturnType<typeof clientOf>;

/** What a caller is told of a refusal; null when there was none. */
const refusalOf = async (call: Promise<unknown>): Promise<{ code: string; message: string } | null> =>
  call.then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof TRPCClientError)) throw error;
      const { code, message } = (error.data as { app: { code: string; message: string } }).app;
      return { code, message };
    },
  );
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call))?.code ?? 'done';

describeEachDialect('tasks and projects over HTTP', (dialect) => {
  let app: LiveApp;
  let projectId: string;
  let otherId: string;
  let ann: Client;
  let kim: Client;
  beforeAll(async () => {
    app = await anApp(dialect);
    const [lead, customer] = [await anAgent(app, 'Ann Agent'), await aCustomer(app, 'Kim Customer')];
    projectId = (await aProject(app, { lead, customers: [customer] })).id;
    otherId = (await aProject(app, { lead })).id;
    [ann, kim] = [
      clientOf(app.http, (await signIn(app, lead)).accessToken),
      clientOf(app.http, (await signIn(app, customer)).accessToken),
    ];
  });
  afterAll(() => app.close());
  const make = (draft: object = {}) => ann.tasks.create.mutate({ projectId, title: 'A task', ...draft });
  const patch = (task: { id: string }, change: object) => ann.tasks.update.mutate({ taskId: task.id, patch: change });

  describe('a task', () => {
    it('takes some hours, or none are estimated', async () => {
      const task = await make({ estimatedHours: 0.25 });

      expect(task.estimatedHours).toBe(0.25);
      for (const estimatedHours of [0, -1, -0.5, 100_001, '2' as never]) {
        expect(await codeOf(make({ estimatedHours }))).toBe('BAD_INPUT');
        expect(await codeOf(patch(task, { estimatedHours }))).toBe('BAD_INPUT');
      }
      expect(await patch(task, { estimatedHours: null })).toMatchObject({ estimatedHours: null });
    });

    it('is due on a real day', async () => {
      const task = await make({ dueDate: '2028-02-29' });

      expect(task.dueDate).toBe('2028-02-29');
      for (const dueDate of ['2027-02-29', '2027-13-01', '27-01-01', '2027-01-01T00:00:00Z'])
        expect(await codeOf(patch(task, { dueDate }))).toBe('BAD_INPUT');
      expect(await patch(task, { dueDate: null })).toMatchObject({ dueDate: null });
    });

    it('goes from any status to any other, and is completed while it is resolved or closed', async () => {
      for (const from of ticketStatuses)
        for (const to of ticketStatuses) {
          const task = await make({ status: from });
          const { completedAt, status } = await patch(task, { status: to });
          expect([status, completedAt !== null], `${from} to ${to}`).toEqual([to, ['RESOLVED', 'CLOSED'].includes(to)]);
        }
      expect(await codeOf(make({ status: 'DONE' }))).toBe('BAD_INPUT');
    });

    it('keeps the moment at which it was completed until it is opened again; nobody sets it by hand', async () => {
      const task = await make();
      const { completedAt } = await patch(task, { status: 'RESOLVED' });

      expect(await patch(task, { title: 'Renamed' })).toMatchObject({ completedAt });
      expect(await patch(task, { status: 'CLOSED' })).toMatchObject({ completedAt });
      expect(await codeOf(patch(task, { completedAt: null }))).toBe('BAD_INPUT');
      expect(await patch(task, { status: 'OPEN' })).toMatchObject({ completedAt: null });
    });

    it('stands below one of its project, and never below itself', async () => {
      const [top, middle] = [await make(), await make()];
      const low = await make({ parentId: middle.id });
      await patch(middle, { parentId: top.id });

      expect(low.parentId).toBe(middle.id);
      for (const parentId of [top.id, middle.id, low.id])
        expect(await codeOf(patch(top, { parentId }))).toBe('BAD_INPUT');
      expect(await patch(middle, { parentId: null })).toMatchObject({ parentId: null });
      expect(await patch(top, { parentId: low.id })).toMatchObject({ parentId: low.id });
    });

    it('does not tell a parent in another project from one that is nowhere', async () => {
      const task = await make();
      const elsewhere = await ann.tasks.create.mutate({ projectId: otherId, title: 'Elsewhere' });
      const nowhere = await refusalOf(patch(task, { parentId: newId() }));

      expect(nowhere?.code).toBe('BAD_INPUT');
      expect(await refusalOf(patch(task, { parentId: elsewhere.id }))).toEqual(nowhere);
      expect(await refusalOf(make({ parentId: elsewhere.id }))).toEqual(nowhere);
    });

    it('is no ticket of another type, and none that is nowhere', async () => {
      const { id } = await ann.tickets.create.mutate({ projectId, title: 'A ticket' });
      const calls = (taskId: string) => [
        ann.tasks.get.query({ taskId }),
        patch({ id: taskId }, { title: 'x' }),
        ann.tasks.delete.mutate({ taskId }),
      ];
      const [ofTicket, ofNothing] = [
        await Promise.all(calls(id).map(refusalOf)),
        await Promise.all(calls(newId()).map(refusalOf)),
      ];

      expect(ofTicket.map((refusal) => refusal?.code)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
      expect(ofTicket).toEqual(ofNothing);
      expect(await ann.tickets.get.query({ ticketId: id })).toMatchObject({ title: 'A ticket', deletedAt: null });
    });
  });

  describe('tasks', () => {
    it('are listed below one, before a day, and in any order, page by page', async () => {
      const parent = await make();
      const days = ['2027-03-01', null, '2027-01-01', '2027-02-01'];
      const below: { id: string }[] = [];
      for (const dueDate of days) below.push(await make({ parentId: parent.id, dueDate }));
      await make({ parentId: below[0]!.id });
      const ids = async (input: object = {}) =>
        (await ann.tasks.list.query({ parentId: parent.id, ...input })).items.map(({ id }) => id);
      const wanted = (...places: number[]) => places.map((place) => below[place]!.id);

      expect(await ids()).toEqual(wanted(2, 3, 0, 1));
      expect(await ids({ dueBefore: '2027-03-01' })).toEqual(wanted(2, 3));
      expect(await ids({ sort: { by: 'createdAt', dir: 'desc' } })).toEqual(wanted(3, 2, 1, 0));
      const walked: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await ann.tasks.list.query({ parentId: parent.id, limit: 1, cursor });
        walked.push(...page.items.map(({ id }) => id));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(walked).toEqual(wanted(2, 3, 0, 1));
      expect((await kim.tasks.list.query({ parentId: parent.id })).items).toEqual([]);
    });
  });

  describe('a project', () => {
    it('does not end before it begins, however the two are changed', async () => {
      const dates = { startDate: '2027-02-01', endDate: '2027-02-01' };
      const create = (key: string, more: object) => ann.projects.create.mutate({ key, name: 'Dated', ...more });
      expect(await codeOf(create('LATE', { ...dates, endDate: '2027-01-31' }))).toBe('BAD_INPUT');
      const { id } = await create(`D${dialect.toUpperCase().slice(0, 4)}`, dates);
      const change = (patched: object) => ann.projects.update.mutate({ projectId: id, patch: patched });

      expect(await codeOf(change({ endDate: '2027-01-31' }))).toBe('BAD_INPUT');
      expect(await codeOf(change({ startDate: '2027-02-02' }))).toBe('BAD_INPUT');
      expect(await codeOf(change({ endDate: '2027-02-30' }))).toBe('BAD_INPUT');
      expect(await change({ startDate: '2027-03-01', endDate: '2027-03-02' })).toMatchObject({ endDate: '2027-03-02' });
      expect(await change({ endDate: null })).toMatchObject({ startDate: '2027-03-01', endDate: null });
    });

    it('has one of five statuses, each of which may follow any other', async () => {
      const { id, status } = await ann.projects.create.mutate({
        key: `S${dialect.toUpperCase().slice(0, 4)}`,
        name: 'Staged',
      });

      expect(status).toBe('ACTIVE');
      for (const next of ['PLANNED', 'COMPLETED', 'ON_HOLD', 'CANCELLED', 'ACTIVE'] as const)
        expect(await ann.projects.update.mutate({ projectId: id, patch: { status: next } })).toMatchObject({
          status: next,
        });
      const unknown = ann.projects.update.mutate({ projectId: id, patch: { status: 'DONE' as never } });
      expect(await codeOf(unknown)).toBe('BAD_INPUT');
    });
  });
});
