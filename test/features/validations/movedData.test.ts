import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { SyncDevelopersInput, SyncTicketsInput } from '../../../contract/csvSync.js';
import { ListDiscrepanciesInput, OpenDiscrepanciesInput, type ValidationSummary } from '../../../contract/finding.js';
import { importLog } from '../../../server/cli/import/importLog.js';
import { readMapping } from '../../../server/cli/import/mapping.js';
import { logReport } from '../../../server/cli/import/report.js';
import { importTracker, trackerReport } from '../../../server/cli/import/trackers/importTracker.js';
import { isOfTracker, mappingNamed } from '../../../server/cli/import/trackers/trackerMapping.js';
import { takeTickets } from '../../../server/cli/sync/syncFile.js';
import { syncDevelopers } from '../../../server/features/developers/commands/syncDevelopers.js';
import { syncTickets } from '../../../server/features/tickets/commands/syncTickets.js';
import { openDiscrepancies } from '../../../server/features/validations/commands/openDiscrepancies.js';
import { listDiscrepancies } from '../../../server/features/validations/discrepancies.queries.js';
import { getSession, listLogs } from '../../../server/features/validations/sessions.queries.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicketWorld, parsed, patchTicket, rows, type TicketWorld } from '../../support/ticketWorld.js';
import { fixtures, trackerNames } from '../../import/trackers/importing.js';

const CASES = 60;
const PLANTED = 50;
const progress = () => ({ to: () => undefined, end: () => undefined });

/** A log of sixty cases, of two to four rows each. */
function aLog(): string {
  const header =
    'Case ID,Activity,Resource,Complete Timestamp,customer,product,responsible_section,seriousness_2,service_level,service_type,support_section,workgroup';
  const activities = ['Insert ticket', 'Take in charge ticket', 'Wait', 'Resolve ticket'];
  const lines = Array.from({ length: CASES }, (_, nth) =>
    activities.slice(0, 2 + (nth % 3)).map((activity, step) => {
      const day = String(1 + (nth % 28)).padStart(2, '0');
      const at = `2012/01/${day} ${String(8 + step).padStart(2, '0')}:00:${String(nth).padStart(2, '0')}.000`;
      return `Q-${nth},${activity},Person ${nth % 4},${at},C ${nth},P ${nth % 3},R 1,S 2,L 2,T 1,U 1,W 1`;
    }),
  ).flat();
  return [header, ...lines].join('\n');
}

describeEachDialect('what was moved is compared with where it came from', (dialect) => {
  let world: TicketWorld;
  let folder: string;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    folder = await mkdtemp(join(inject('runFolder'), 'moved-'));
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const aFile = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  };
  const open = async ({ sessionId }: ValidationSummary) =>
    openDiscrepancies(world.deps, world.admin, parsed(OpenDiscrepanciesInput, { sessionId }));
  const found = async ({ sessionId }: ValidationSummary) =>
    (await listDiscrepancies(world.db, world.admin, parsed(ListDiscrepanciesInput, { sessionId, limit: 200 }))).items;

  it('a log: fifty cells that people changed are fifty discrepancies and fifty tickets, once', async () => {
    const file = await aFile('log.csv', aLog());
    const mapping = await readMapping('imports/helpdesk.json');
    const run = async () => {
      const report = logReport(null);
      const order = { file, mapping, projectKey: null, as: null, dryRun: false, validate: true, progress };
      await importLog(world.deps, order, report);
      return report.validation!;
    };
    const clean = await run();
    const made = await rows<{ id: string }>(
      world,
      "SELECT t.id FROM tickets t WHERE t.external_source = 'helpdesk' ORDER BY t.number",
    );
    const patches = [
      { title: 'Another title' },
      { description: 'Other words' },
      { customFields: { customer: 'another' } },
    ] as const;
    for (const [nth, { id }] of made.slice(0, PLANTED).entries())
      await patchTicket(world, world.admin, id, patches[nth % 3]!);

    const first = await run();
    const opened = await open(first);
    const second = await run();

    expect(clean).toMatchObject({ differences: 0, fidelityScore: 1, tests: 2, testsPassed: 2 });
    expect(first).toMatchObject({ differences: PLANTED, matched: first.compared - PLANTED });
    expect(first.testsPassed).toBe(first.tests);
    expect(opened.opened).toHaveLength(PLANTED);
    expect(second.differences).toBe(PLANTED);
    expect(await found(second)).toHaveLength(PLANTED);
    expect((await open(second)).opened).toEqual([]);
    const discrepancies = await found(second);
    expect(new Set(discrepancies.map(({ seen }) => seen))).toEqual(new Set([2]));
    await patchTicket(world, world.admin, opened.opened[0]!.ticketId, { status: 'CLOSED' });
    const after = await found(second);
    expect(after.filter(({ status }) => status === 'RESOLVED').map(({ id }) => id)).toEqual([
      opened.opened[0]!.discrepancyId,
    ]);
  });

  it('a table of tickets, by whoever may take one over, and a row that was refused is missing', async () => {
    const lines = Array.from(
      { length: 40 },
      (_, nth) => `R-${nth},Words ${nth},${nth % 8},HIGH,2027-01-0${1 + (nth % 9)}`,
    );
    const csv = ['id,description,story_points,priority,due_date', ...lines, 'R-bad,Words,many,HIGH,'].join('\n');
    const input = { projectId: world.project.id, source: 'plan', csv, validate: true };
    const { validation, ...report } = await syncTickets(world.deps, world.ann, parsed(SyncTicketsInput, input));
    const unasked = await syncTickets(world.deps, world.ann, parsed(SyncTicketsInput, { ...input, validate: false }));
    const rehearsed = await syncTickets(world.deps, world.ann, parsed(SyncTicketsInput, { ...input, dryRun: true }));

    expect(report).toMatchObject({ rows: 41, created: 40, refused: 1 });
    expect(validation).toMatchObject({ differences: 1, tests: 4, testsPassed: 4 });
    expect(await found(validation!)).toMatchObject([{ type: 'MISSING', severity: 'HIGH', targetPath: 'plan/line 42' }]);
    expect([unasked.validation, rehearsed.validation]).toEqual([undefined, undefined]);
    const file = await aFile('plan.csv', csv);
    const order = { file, project: world.project.key, source: 'plan', as: null, encoding: 'utf-8', delimiter: ',' };
    const again = await takeTickets(world.deps, { ...order, dryRun: false, validate: true });
    expect(again).toMatchObject({ unchanged: 40, validation: { differences: 1 } });
  });

  it('a table of developers, whose skills go by other names', async () => {
    const csv = [
      'name,title,experience_years,availability,skills',
      'Dora,Engineer,4,50%,React; SQL:5',
      'Emil,,2,1,',
    ].join('\n');
    const { validation } = await syncDevelopers(
      world.deps,
      world.admin,
      parsed(SyncDevelopersInput, { csv, validate: true }),
    );

    expect(validation).toMatchObject({ differences: 0, fidelityScore: 1, compared: 10, tests: 2, testsPassed: 2 });
    expect(await getSession(world.db, world.admin, validation!)).toMatchObject({
      projectId: null,
      status: 'COMPLETED',
    });
  });

  it.each(trackerNames)('the export of %s', async (map) => {
    const mapping = await mappingNamed(map);
    if (!isOfTracker(mapping)) throw new Error('a log');
    const report = trackerReport(null);
    const projectKey = `V${map.slice(0, 4).toUpperCase()}`;
    const order = { file: fixtures[map], mapping, projectKey, as: null, dryRun: false, validate: true, progress };
    await importTracker(world.deps, order, report);
    const { misfits, created } = report.counts;
    const validation = report.validation!;

    expect(created).toBeGreaterThan(0);
    expect(
      await found(validation).then((all) => all.map(({ type, targetPath }) => ({ type, targetPath }))),
    ).toHaveLength(misfits);
    expect(validation.testsPassed).toBe(validation.tests);
  });

  it('a side that cannot be read fails the session, which says why, and takes nothing back', async () => {
    const { log } = world.deps;
    const said: string[] = [];
    const deps = {
      ...world.deps,
      log: { ...log, warn: (what: object) => void said.push(JSON.stringify(what)) } as never,
    };
    const broken = {
      ...deps,
      db: {
        ...deps.db,
        all: ((asked, values) => {
          if (asked.name === 'sync.targets') return Promise.reject(new Error('the disk is gone'));
          return world.db.all(asked, values);
        }) as typeof world.db.all,
      },
    };
    const input = { projectId: world.project.id, source: 'broken', csv: 'id,description\n1,Words', validate: true };
    const report = await syncTickets(broken, world.ann, parsed(SyncTicketsInput, input));
    const [session] = await rows<{ id: string }>(
      world,
      "SELECT s.id FROM validation_sessions s WHERE s.status = 'FAILED'",
    );

    expect(report).toMatchObject({ created: 1, validation: null });
    expect(said.join()).toContain('the disk is gone');
    const { items } = await listLogs(world.db, world.ann, { sessionId: session!.id, limit: 10 });
    expect(items).toMatchObject([{ level: 'ERROR', message: 'the disk is gone' }]);
  });
});
