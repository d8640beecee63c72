import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ListDiscrepanciesInput,
  OpenDiscrepanciesInput,
  TrendsInput,
  ValidationMetricsInput,
} from '../../../contract/finding.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { restoreTicket } from '../../../server/features/tickets/commands/restoreTicket.js';
import { bulkUpdateTickets } from '../../../server/features/tickets/commands/bulkUpdateTickets.js';
import {
  resolveDiscrepancies,
  waiveDiscrepancies,
} from '../../../server/features/validations/commands/decideDiscrepancies.js';
import { deleteSession } from '../../../server/features/validations/commands/deleteSession.js';
import { openDiscrepancies } from '../../../server/features/validations/commands/openDiscrepancies.js';
import { comparePair } from '../../../server/features/validations/compare/compareRows.js';
import { mergedPairs, type KeyedFields } from '../../../server/features/validations/compare/mergedPairs.js';
import { discrepancyTrends, listDiscrepancies } from '../../../server/features/validations/discrepancies.queries.js';
import { resultStats } from '../../../server/features/validations/findings.queries.js';
import { fingerprintOf } from '../../../server/features/validations/fingerprint.js';
import { validationMetrics } from '../../../server/features/validations/metrics.queries.js';
import { getSession } from '../../../server/features/validations/sessions.queries.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicketWorld, parsed, patchTicket, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';
import { aProjectSession, aSession, differing, find, result, test } from '../../support/validations.js';

const today = new Date().toISOString().slice(0, 10);

describeEachDialect('what validations find', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const inSession = async (sessionId: string) =>
    (await listDiscrepancies(world.db, world.ann, parsed(ListDiscrepanciesInput, { sessionId, limit: 200 }))).items;
  const statusesIn = async (sessionId: string) => (await inSession(sessionId)).map(({ status }) => status);
  const open = (sessionId: string, rest: object = {}) =>
    openDiscrepancies(world.deps, world.bob, parsed(OpenDiscrepanciesInput, { sessionId, ...rest }));

  it('is as faithful as what matched of what was compared, whatever the results', async () => {
    const counts = fc.record({ compared: fc.nat(2_000_000_000), share: fc.double({ min: 0, max: 1, noNaN: true }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(counts, fc.constant({ compared: 0, share: 0 })), { maxLength: 4 }),
        async (all) => {
          const { id: sessionId } = await aProjectSession(world);
          const done = all.map(({ compared, share }) => ({ compared, matched: Math.floor(compared * share) }));
          for (const each of done) {
            const made = await result(world, world.ann, { sessionId, kind: 'DATA', ...each });
            const status = each.compared === 0 ? 'SKIPPED' : each.matched === each.compared ? 'PASSED' : 'FAILED';
            expect(made).toMatchObject({
              status,
              fidelityScore: each.compared === 0 ? null : each.matched / each.compared,
            });
          }
          const sum = (of: 'compared' | 'matched') => done.reduce((total, each) => total + each[of], 0);
          const score = sum('compared') === 0 ? null : sum('matched') / sum('compared');
          expect(await getSession(world.db, world.ann, { sessionId })).toMatchObject({
            compared: sum('compared'),
            matched: sum('matched'),
            fidelityScore: score,
          });
          expect(await resultStats(world.db, world.ann, { sessionId })).toMatchObject({
            results: done.length,
            fidelityScore: score,
          });
        },
      ),
      { numRuns: 12 },
    );
  });

  it('is known again by its fingerprint, in the session and in the project, and comes back once it was resolved', async () => {
    const [a, b, alone] = [
      await aProjectSession(world),
      await aProjectSession(world),
      await aSession(world, world.ann),
    ];
    const first = await find(world, world.ann, a.id, [differing('k/1', 'é'), differing('k/2'), differing('k/1', 'é')]);
    const again = await find(world, world.ann, b.id, [differing('k/1', 'e\u0301'), differing('k/3')]);
    const own = await find(world, world.ann, alone.id, [differing('k/1', 'é')]);

    expect(first).toMatchObject({ added: 2, seenAgain: 0 });
    expect(first.discrepancyIds[2]).toBe(first.discrepancyIds[0]);
    expect(again).toMatchObject({ added: 1, seenAgain: 1 });
    expect(again.discrepancyIds[0]).toBe(first.discrepancyIds[0]);
    expect(own).toMatchObject({ added: 1 });
    expect((await inSession(a.id)).map(({ seen, lastSessionId }) => [seen, lastSessionId])).toEqual([
      [3, b.id],
      [1, a.id],
    ]);
    expect(await inSession(b.id)).toHaveLength(2);

    const discrepancyIds = [first.discrepancyIds[1]!];
    await resolveDiscrepancies(world.deps, world.bob, { discrepancyIds });
    expect(await find(world, world.ann, a.id, [differing('k/2')])).toMatchObject({ added: 0, seenAgain: 1 });
    expect(await statusesIn(a.id)).toEqual(['OPEN', 'OPEN']);
    await resolveDiscrepancies(world.deps, world.bob, { discrepancyIds });
    // Another session finds it after that: it is new there.
    expect(await find(world, world.ann, b.id, [differing('k/2')])).toMatchObject({ added: 1 });
    await waiveDiscrepancies(world.deps, world.bob, { discrepancyIds: [again.discrepancyIds[1]!], reason: 'Known' });
    expect(await find(world, world.ann, a.id, [differing('k/3')])).toMatchObject({ added: 0, seenAgain: 1 });
    const waived = (await inSession(b.id)).find(({ id }) => id === again.discrepancyIds[1]);
    expect(waived).toMatchObject({ status: 'WAIVED', reason: 'Known', decidedBy: world.bob.userId, seen: 2 });
  });

  it('is one, also when two sessions of a project find it at once', async () => {
    const sessions = await Promise.all([1, 2, 3, 4].map(() => aProjectSession(world)));
    const paths = Array.from({ length: 20 }, (_, nth) => differing(`race/${nth}`));

    const replies = await Promise.all(
      sessions.map(({ id }, nth) => find(world, world.ann, id, nth % 2 ? paths : paths.toReversed())),
    );

    expect(replies.reduce((sum, { added }) => sum + added, 0)).toBe(20);
    const seen = await rows<{ seen: number }>(world, "SELECT seen FROM discrepancies WHERE source_path LIKE 'race/%'");
    expect(seen.map((row) => row.seen)).toEqual(seen.map(() => 4));
  });

  it('becomes one ticket each, also when two ask at once, and follows it through close, reopen, delete and restore', async () => {
    const { id: sessionId } = await aProjectSession(world, { name: 'Tickets' });
    const severities = ['LOW', 'CRITICAL', 'HIGH'] as const;
    const paths = severities.map((severity) => ({ ...differing(`t/${severity}`), severity }));
    await find(world, world.ann, sessionId, paths);

    const few = await open(sessionId, { severity: ['CRITICAL'] });
    const both = await Promise.all([open(sessionId), open(sessionId)]);
    const opened = [...few.opened, ...both.flatMap((reply) => reply.opened)];
    expect(opened).toHaveLength(3);
    expect((await open(sessionId)).opened).toEqual([]);
    const made = await rows<{ priority: string; category: string; type: string }>(
      world,
      `SELECT t.priority, t.category, t.type FROM tickets t JOIN discrepancies d ON d.ticket_id = t.id
       WHERE d.session_id = $1 ORDER BY d.id`,
      sessionId,
    );
    expect(made).toEqual(
      ['LOW', 'URGENT', 'HIGH'].map((priority) => ({ priority, category: 'BUG_REPORT', type: 'DISCREPANCY' })),
    );

    const [critical] = few.opened;
    const ticketId = critical!.ticketId;
    const now = async () => (await inSession(sessionId)).find(({ id }) => id === critical!.discrepancyId);
    const ids = { discrepancyIds: [critical!.discrepancyId] };
    await refusal(world, 'CONFLICT', () => resolveDiscrepancies(world.deps, world.bob, ids));
    await patchTicket(world, world.bob, ticketId, { status: 'CLOSED' });
    expect(await now()).toMatchObject({ status: 'RESOLVED', decidedBy: null });
    await patchTicket(world, world.bob, ticketId, { status: 'IN_PROGRESS' });
    expect(await now()).toMatchObject({ status: 'TICKETED', decidedAt: null });
    await patchTicket(world, world.bob, ticketId, { title: 'Another', status: 'REVIEW' });
    expect(await now()).toMatchObject({ status: 'TICKETED' });
    await deleteTicket(world.deps, world.lead, { ticketId });
    expect(await now()).toMatchObject({ status: 'OPEN' });
    await restoreTicket(world.deps, world.lead, { ticketId });
    expect(await now()).toMatchObject({ status: 'TICKETED', ticketId });
    await deleteTicket(world.deps, world.lead, { ticketId });
    const [anew] = (await open(sessionId)).opened;
    expect(await now()).toMatchObject({ status: 'TICKETED', ticketId: anew!.ticketId });
    await restoreTicket(world.deps, world.lead, { ticketId });
    expect(await now()).toMatchObject({ status: 'TICKETED', ticketId: anew!.ticketId });
    const ticketIds = both.flatMap((reply) => reply.opened.map((one) => one.ticketId));
    await bulkUpdateTickets(world.deps, world.lead, { ticketIds, patch: { status: 'RESOLVED' } });
    expect(await statusesIn(sessionId)).toEqual(['RESOLVED', 'TICKETED', 'RESOLVED']);
  });

  it('of a session of no project goes where whoever makes tickets says', async () => {
    const { id: sessionId } = await aSession(world, world.bob);
    await find(world, world.bob, sessionId, [differing('nowhere')]);
    await refusal(world, 'BAD_INPUT', () => open(sessionId));
    await refusal(world, 'NOT_FOUND', () => open(sessionId, { projectId: world.foreign.id }));
    expect((await open(sessionId, { projectId: world.project.id })).opened).toHaveLength(1);
  });

  it('is shown by day, and what was decided', async () => {
    const { id: sessionId } = await aProjectSession(world);
    const { discrepancyIds } = await find(world, world.ann, sessionId, [differing('d/1'), differing('d/2')]);
    await waiveDiscrepancies(world.deps, world.ann, { discrepancyIds: [discrepancyIds[0]!], reason: 'So' });
    const from = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
    const { items } = await discrepancyTrends(world.db, world.bob, parsed(TrendsInput, { sessionId, from, to: today }));

    expect(items.map(({ found }) => found.MEDIUM)).toEqual([0, 0, 2]);
    expect(items.at(-1)).toMatchObject({ day: today, decided: 1 });
  });

  it('adds up by day and technology to what a slow query finds, before and after a session is deleted', async () => {
    const technologies = ['Jira', 'jira', 'Zendesk'];
    const made: string[] = [];
    for (let nth = 0; nth < 9; nth++) {
      const { id: sessionId } = await aProjectSession(world, { sourceTechnology: technologies[nth % 3]! });
      made.push(sessionId);
      if (nth % 2) await result(world, world.ann, { sessionId, kind: 'DATA', compared: 7, matched: nth % 7 });
      await test(world, world.ann, sessionId, [{ scenario: 'a' }, { scenario: 'b', passed: nth % 2 === 0 }]);
      await find(world, world.ann, sessionId, [{ ...differing(`m/${nth}`), severity: nth % 2 ? 'LOW' : 'HIGH' }]);
    }
    const metrics = async () =>
      (
        await validationMetrics(
          world.db,
          world.bob,
          parsed(ValidationMetricsInput, {
            projectId: world.project.id,
            from: today,
            to: today,
            sort: { by: 'day', dir: 'asc' },
          }),
        )
      ).items;
    const slow = async () => {
      type Row = {
        source: string;
        n: number | string;
        mean: number | null;
        tests: number | string;
        high: number | string;
      };
      const found = await rows<Row>(
        world,
        `SELECT s.source_key AS source, count(*) AS n, avg(s.fidelity_score) AS mean,
           sum((SELECT count(*) FROM behavioral_test_results t WHERE t.session_id = s.id)) AS tests,
           sum((SELECT count(*) FROM discrepancies d WHERE d.session_id = s.id AND d.severity = 'HIGH')) AS high
         FROM validation_sessions s WHERE s.project_id = $1 AND s.deleted_at IS NULL GROUP BY s.source_key ORDER BY s.source_key`,
        world.project.id,
      );
      return found.map(({ source, n, mean, tests, high }) => ({
        source,
        sessions: Number(n),
        mean: mean === null ? null : mean.toFixed(7),
        tests: Number(tests),
        high: Number(high),
      }));
    };
    const kept = async () =>
      (await metrics()).map((each) => ({
        source: each.sourceTechnology.toLowerCase(),
        sessions: each.sessions,
        mean: each.meanFidelity === null ? null : each.meanFidelity.toFixed(7),
        tests: each.tests,
        high: each.discrepancies.HIGH,
      }));
    expect(await kept()).toEqual(await slow());
    for (const sessionId of made.slice(0, 4)) await deleteSession(world.deps, world.lead, { sessionId });
    expect(await kept()).toEqual(await slow());
    expect((await metrics()).find(({ sourceTechnology }) => sourceTechnology === 'Zendesk')).toMatchObject({
      sessions: 2,
    });
  });
});

it('a fingerprint says what, where and between which values, in whatever order and form', () => {
  const one = {
    ...differing('a', { x: 1, y: 'Ä\r\n' }, [1, 2]),
    sourcePath: 'a',
    targetPath: 'a',
    expected: { x: 1, y: 'Ä\r\n' },
    actual: [1, 2],
  };
  const print = fingerprintOf(one);
  expect(fingerprintOf({ ...one, expected: { y: 'A\u0308\n', x: 1 } })).toBe(print);
  for (const other of [
    { targetPath: 'b' },
    { actual: [2, 1] },
    { type: 'TYPE' as const },
    { expected: { x: '1', y: 'Ä\n' } },
  ])
    expect(fingerprintOf({ ...one, ...other })).not.toBe(print);
});

it('pairs of two ordered sides are those of a join in memory, and their fields are counted as by hand', async () => {
  const side = fc.uniqueArray(
    fc.tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 2 })),
    {
      selector: ([key]) => key,
      maxLength: 30,
    },
  );
  const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  async function* pages(rowsOf: readonly [string, number][], size: number): AsyncGenerator<KeyedFields[]> {
    const sorted = rowsOf.toSorted(([a], [b]) => byBytes(a, b)).map(([key, n]) => ({ key, fields: { n, same: 1 } }));
    for (let at = 0; at < sorted.length; at += size) yield sorted.slice(at, at + size);
  }
  await fc.assert(
    fc.asyncProperty(side, side, fc.integer({ min: 1, max: 7 }), async (left, right, size) => {
      const [a, b] = [new Map(left), new Map(right)];
      const keys = [...new Set([...a.keys(), ...b.keys()])].toSorted(byBytes);
      const pairs = [];
      for await (const page of mergedPairs(pages(left, size), pages(right, 3))) pairs.push(...page);
      expect(pairs.map(({ key }) => key)).toEqual(keys);
      for (const pair of pairs) {
        const [was, is] = [a.get(pair.key), b.get(pair.key)];
        const { compared, matched, differences } = comparePair({ name: 't' }, pair);
        const isBoth = was !== undefined && is !== undefined;
        expect({ compared, matched }).toEqual({ compared: 2, matched: !isBoth ? 0 : was === is ? 2 : 1 });
        expect(differences).toHaveLength(isBoth && was === is ? 0 : 1);
      }
    }),
    { numRuns: 30 },
  );
});
