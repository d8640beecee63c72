import { afterAll, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { limits } from '../../../contract/limits.js';
import {
  ArchiveValidationInput,
  AppendValidationLogInput,
  ExportValidationInput,
  ListValidationLogsInput,
  ListValidationsInput,
  validationTransitions,
  type ValidationSessionDetail,
  type ValidationStatus,
} from '../../../contract/validation.js';
import { validationStatuses } from '../../../contract/enums.js';
import { appendLog } from '../../../server/features/validations/commands/appendLog.js';
import { archiveSession } from '../../../server/features/validations/commands/archiveSession.js';
import { deleteSession } from '../../../server/features/validations/commands/deleteSession.js';
import { setSessionStatus } from '../../../server/features/validations/commands/setSessionStatus.js';
import { shareSession } from '../../../server/features/validations/commands/shareSession.js';
import { exportSession } from '../../../server/features/validations/export.queries.js';
import { getSession, listLogs, listSessions } from '../../../server/features/validations/sessions.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { findViolations } from '../../support/invariants.js';
import { anAgent } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicketWorld, parsed, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';
import { aProjectSession, aSession, differing, find, result } from '../../support/validations.js';
import type { Person } from '../../support/world.js';

describeEachDialect('validation sessions', (dialect) => {
  let world: TicketWorld;
  let outsider: Person;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    outsider = await anAgent(world, 'Olaf Outsider');
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const to = (sessionId: string, status: ValidationStatus, rest: object = {}, actor: Actor = world.ann) =>
    setSessionStatus(world.deps, actor, { sessionId, status, ...rest });
  const list = (actor: Actor, input: z.input<typeof ListValidationsInput> = {}) =>
    listSessions(world.db, actor, parsed(ListValidationsInput, input));
  const share = (sessionId: string, person: Person, permission: 'VIEW' | 'EDIT' | null, actor: Actor = world.ann) =>
    shareSession(world.deps, actor, { sessionId, userId: person.userId, permission });
  const log = (sessionId: string, lines: z.input<typeof AppendValidationLogInput>['lines']) =>
    appendLog(world.deps, world.ann, parsed(AppendValidationLogInput, { sessionId, lines }));

  it('take the steps that the table allows and no other, and say who took which', async () => {
    const paths: Record<ValidationStatus, ValidationStatus[]> = {
      PENDING: [],
      RUNNING: ['RUNNING'],
      COMPLETED: ['RUNNING', 'COMPLETED'],
      FAILED: ['RUNNING', 'FAILED'],
      CANCELLED: ['CANCELLED'],
    };
    for (const from of validationStatuses)
      for (const next of validationStatuses) {
        const { id } = await aProjectSession(world);
        for (const step of paths[from]) await to(id, step);
        if (next === from || validationTransitions[from].includes(next))
          expect(await to(id, next)).toMatchObject({ status: next });
        else await expect(to(id, next), `${from} to ${next}`).rejects.toMatchObject({ code: 'CONFLICT' });
      }
    const { id } = await aProjectSession(world, { request: { z: [1, null], a: 'é' }, metadata: { run: 7 } });
    await to(id, 'RUNNING', { progress: 30 });
    await to(id, 'RUNNING', { progress: 60 });
    await to(id, 'FAILED', { reason: 'The disk is full' }, world.lead);
    await to(id, 'RUNNING');
    const done = await to(id, 'COMPLETED', { response: { rows: 12 } });
    await refusal(world, 'CONFLICT', () => to(id, 'COMPLETED', { progress: 3, expectedVersion: done.version - 1 }));

    const session = await getSession(world.db, world.bob, { sessionId: id });
    expect(session).toMatchObject({ progress: 100, response: { rows: 12 }, metadata: { run: 7 }, canEdit: false });
    expect(session.request).toEqual({ z: [1, null], a: 'é' });
    const steps = session.statusChanges.map(({ from, to: next, changedByName, reason }) =>
      [from, next, changedByName, reason].join(' '),
    );
    expect(steps).toEqual([
      ' PENDING Ann Agent ',
      'PENDING RUNNING Ann Agent ',
      'RUNNING FAILED Lea Lead The disk is full',
      'FAILED RUNNING Ann Agent ',
      'RUNNING COMPLETED Ann Agent ',
    ]);
  });

  it('are seen by owner, project and whom they are shared with, and written by few of them', async () => {
    const own = await aSession(world, world.ann);
    const ofProject = await aProjectSession(world);
    const see = (id: string, person: Actor) => getSession(world.db, person, { sessionId: id });
    const foreign = async (id: string, person: Actor) => refusal(world, 'NOT_FOUND', () => see(id, person));

    await foreign(own.id, world.bob);
    await foreign(ofProject.id, outsider);
    expect(await see(own.id, world.admin)).toMatchObject({ canEdit: true });
    expect(await see(ofProject.id, world.bob)).toMatchObject({ canEdit: false });
    await refusal(world, 'FORBIDDEN', () => to(ofProject.id, 'RUNNING', {}, world.bob));
    await refusal(world, 'FORBIDDEN', () => see(ofProject.id, world.customer));

    await share(own.id, outsider, 'VIEW');
    expect(await see(own.id, outsider)).toMatchObject({ canEdit: false, shares: [{ permission: 'VIEW' }] });
    await refusal(world, 'FORBIDDEN', () => to(own.id, 'RUNNING', {}, outsider));
    await share(own.id, outsider, 'EDIT');
    expect(await to(own.id, 'RUNNING', {}, outsider)).toMatchObject({ status: 'RUNNING' });
    await refusal(world, 'FORBIDDEN', () => share(own.id, world.bob, 'VIEW', outsider));
    await refusal(world, 'BAD_INPUT', () => share(own.id, world.customer, 'VIEW'));
    expect((await list(outsider)).items.map(({ id }) => id)).toEqual([own.id]);
    await share(own.id, outsider, null);
    await foreign(own.id, outsider);
    const told = await rows<{ type: string }>(
      world,
      "SELECT type FROM feed_events WHERE user_id = $1 AND type LIKE 'validation.%' ORDER BY seq",
      outsider.userId,
    );
    expect(told.map(({ type }) => type)).toEqual([
      'validation.shared',
      'validation.shared',
      'validation.updated',
      'validation.shared',
    ]);
  });

  it('are listed by page with their number, as a filter in memory has them', async () => {
    const technologies = ['Jira', 'Zendesk', 'Baton'];
    const made: ValidationSessionDetail[] = [];
    for (let nth = 0; nth < 12; nth++) {
      const [sourceTechnology, targetTechnology] = [technologies[nth % 2]!, technologies[2 - (nth % 3)]!];
      const session = await aProjectSession(world, { name: `List 50%_${nth}`, sourceTechnology, targetTechnology });
      if (nth % 4 === 1) await to(session.id, 'RUNNING');
      if (nth % 5 === 0)
        await result(world, world.ann, { sessionId: session.id, kind: 'DATA', compared: 10, matched: nth });
      made.push(await getSession(world.db, world.ann, { sessionId: session.id }));
    }
    const text = '50%_';
    const pageOf = (page: number) => list(world.bob, { text, limit: 5, page, sort: { by: 'name', dir: 'asc' } });
    const pages = [await pageOf(1), await pageOf(2), await pageOf(3), await pageOf(4)];
    const names = made.map(({ name }) => name).toSorted();

    expect(pages.map(({ total, pages: n }) => [total, n])).toEqual(pages.map(() => [12, 3]));
    expect(pages.flatMap(({ items }) => items.map(({ name }) => name))).toEqual(names);
    const jira = await list(world.bob, { text, technology: ' jIRA', status: ['RUNNING'] });
    expect(jira.items.map(({ id }) => id).toSorted()).toEqual(
      made
        .filter(({ sourceTechnology, targetTechnology: other }) => [sourceTechnology, other].includes('Jira'))
        .filter(({ status }) => status === 'RUNNING')
        .map(({ id }) => id),
    );
    const best = await list(world.bob, { text, sort: { by: 'fidelityScore', dir: 'desc' }, limit: 3 });
    expect(best.items.map(({ fidelityScore }) => fidelityScore)).toEqual([1, 0.5, 0]);
    const moment = made[6]!.createdAt;
    const [before, since] = [
      await list(world.bob, { text, to: moment }),
      await list(world.bob, { text, from: moment }),
    ];
    expect([before.total, since.total]).toEqual([6, 6]);
    expect(await list(outsider, { text })).toMatchObject({ items: [], total: 0, pages: 0 });
    await refusal(world, 'NOT_FOUND', () => list(outsider, { projectId: world.project.id }));
    const archive = (archived: boolean) =>
      archiveSession(world.deps, world.ann, parsed(ArchiveValidationInput, { sessionId: made[0]!.id, archived }));
    await archive(true);
    expect([(await list(world.bob, { text })).total, (await list(world.bob, { text, archived: true })).total]).toEqual([
      11, 1,
    ]);
    await archive(false);
    expect((await list(world.bob, { text })).total).toBe(12);
  });

  it('keep the last lines of their log, by number', async () => {
    const { id } = await aProjectSession(world);
    for (let nth = 0; nth < 3; nth++)
      await log(id, [{ message: `Line ${nth * 2}` }, { level: 'WARN', message: `Line ${nth * 2 + 1}` }]);
    const pageOf = (rest: object) =>
      listLogs(world.db, world.bob, parsed(ListValidationLogsInput, { sessionId: id, ...rest }));
    const first = await pageOf({ limit: 4 });
    const second = await pageOf({ limit: 4, cursor: first.nextCursor! });

    expect([...first.items, ...second.items].map(({ seq, message }) => [seq, message])).toEqual(
      [0, 1, 2, 3, 4, 5].map((nth) => [nth + 1, `Line ${nth}`]),
    );
    expect((await pageOf({ level: 'WARN' })).items).toHaveLength(3);
    // As if the session had said nearly all that is kept.
    await rows(world, 'UPDATE validation_sessions SET log_seq = $2 WHERE id = $1', id, limits.logLinesKept as never);
    await log(id, [{ message: 'One more' }, { message: 'and another' }]);
    expect((await pageOf({})).items.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 10_001, 10_002]);
  });

  it('go out as CSV that no spreadsheet runs, and as exact JSON', async () => {
    const { id: sessionId } = await aProjectSession(world);
    const evil = '=cmd()|" \'/C calc\'!A0"';
    await find(world, world.ann, sessionId, [differing(evil, { a: [1, 'x,"y"\r\n'] }, null), differing('plain')]);
    const asked = (rest: object) =>
      exportSession(world.db, world.bob, parsed(ExportValidationInput, { sessionId, format: 'csv', ...rest }));
    const [csv, json] = [await asked({}), await asked({ format: 'json' })];

    expect(csv.text.split('\r\n')[0]).toMatch(/^id,sessionId,.*,expected,actual,/);
    expect(csv.text).toContain(`"'=cmd()`);
    expect(JSON.parse(json.text)).toMatchObject([
      { sourcePath: evil, expected: { a: [1, 'x,"y"\r\n'] }, actual: null },
      { sourcePath: 'plain' },
    ]);
    expect([csv.rows, json.rows, csv.nextCursor]).toEqual([2, 2, null]);
    await result(world, world.ann, { sessionId, kind: 'COUNT', compared: 1, matched: 1 });
    expect((await asked({ part: 'RESULTS' })).rows).toBe(1);
    expect((await asked({ part: 'TESTS' })).text).toMatch(/^id,sessionId,scenario/);
    expect((await asked({ part: 'LOGS', format: 'json' })).text).toBe('[]');
  });

  it('are gone for everybody once deleted, and say by whom and why', async () => {
    const { id: sessionId } = await aProjectSession(world);
    await refusal(world, 'FORBIDDEN', () => deleteSession(world.deps, world.bob, { sessionId }));
    await deleteSession(world.deps, world.lead, { sessionId, reason: 'A try' });

    await refusal(world, 'NOT_FOUND', () => getSession(world.db, world.ann, { sessionId }));
    await refusal(world, 'NOT_FOUND', () => deleteSession(world.deps, world.ann, { sessionId }));
    const [row] = await rows<object>(
      world,
      'SELECT deleted_by, delete_reason FROM validation_sessions WHERE id = $1',
      sessionId,
    );
    expect(row).toEqual({ deleted_by: world.lead.userId, delete_reason: 'A try' });
  });
});
