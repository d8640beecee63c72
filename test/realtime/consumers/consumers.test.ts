import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventPutAside } from '../../../server/db/models/EventPutAside.js';
import { adHoc } from '../../../server/db/statement.js';
import { firstIdAt } from '../../../server/kernel/ids.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { consumeAll, keepConsuming } from '../../../server/realtime/consumers/keepConsuming.js';
import type { Consumed, LogConsumer } from '../../../server/realtime/consumers/logConsumer.js';
import { pruneOnce } from '../../../server/realtime/retention.js';
import { openTestDatabase } from '../../support/database.js';
import { aProject } from '../../support/people.js';
import { testProgramArgs } from '../../support/program.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type World } from '../../support/world.js';
import { append, oneTo } from '../liveWorld.js';
import { cursorOf, eventually, notesOf, noting, prepareNotes } from './noted.js';

describeEachDialect('a consumer of the log', (dialect) => {
  let world: World;
  let outcomes: Consumed[];
  let lines: string[];
  beforeEach(async () => {
    world = await aWorld(dialect);
    [outcomes, lines] = [[], []];
    await prepareNotes(world.db);
  });
  afterEach(() => world.close());

  const observer = { consumed: (_: string, outcome: Consumed) => void outcomes.push(outcome) };
  const deps = () => ({ ...world.deps, observer });
  const said = () => {
    const into = new Writable({ write: (line: Buffer, _, done) => (lines.push(line.toString()), done()) });
    return { ...deps(), log: createLogger('warn', into) };
  };
  const consume = (consumer: LogConsumer, on = deps()) => consumeAll(on, consumer);
  const notes = (consumer: string, { id }: { id: string }) => notesOf(world.db, consumer, id);

  it('begins at the heads of the projects that there are, and at the first event of those that are made later', async () => {
    const old = await aProject(world);
    const last = await append(world, old.id, 3);
    await consume(noting('late'));
    const young = await aProject(world);
    await append(world, old.id, 2);
    const end = await append(world, young.id, 2);

    await consume(noting('late'));
    await consume(noting('late'));

    expect(await notes('late', old)).toEqual([last + 1, last + 2]);
    expect(await notes('late', young)).toEqual(oneTo(end));
  });

  it('is told of the types that it wants, and goes past the others', async () => {
    await consume(noting('choosy'));
    const project = await aProject(world);
    const head = await append(world, project.id, 5);
    let asked = 0;
    await consume({ name: 'choosy', types: ['ticket.created'], handle: async () => void asked++ });

    expect([asked, await cursorOf(world.db, 'choosy', project.id)]).toEqual([0, head]);
  });

  it('handles each event once and in order, on two nodes that are poked, and look for what others wrote', async () => {
    const projects = [await aProject(world), await aProject(world), await aProject(world)];
    const other = openTestDatabase(world.url);
    await consume(noting('both'));
    const before = await Promise.all(projects.map(({ id }) => cursorOf(world.db, 'both', id)));
    const runs = [
      keepConsuming(deps(), [noting('both')]),
      keepConsuming({ ...deps(), db: other }, [noting('both', { batch: 7 }, 'two')]),
    ];
    const heads = new Map<string, number>();
    for (let nth = 0; nth < 20; nth++) {
      for (const { id } of projects) heads.set(id, await append(world, id, 1 + (nth % 3)));
      // Every other time one of them is told of it, and else nobody.
      if (nth % 2 === 0) runs[(nth / 2) % 2]!.moved(world.wakes.splice(0));
    }

    const isAtHead = async ({ id }: { id: string }) => (await cursorOf(world.db, 'both', id)) === heads.get(id);
    await eventually(async () => (await Promise.all(projects.map(isAtHead))).every(Boolean));
    await Promise.all(runs.map((run) => run.stop()));

    for (const [nth, project] of projects.entries())
      expect(await notes('both', project)).toEqual(oneTo(heads.get(project.id)!).slice(before[nth]!));
    await other.close();
  });

  it('acts within moments of a commit of its own process', async () => {
    const project = await aProject(world);
    const run = keepConsuming(deps(), [noting('prompt')]);
    await eventually(async () => (await cursorOf(world.db, 'prompt', project.id)) !== null);
    const times: number[] = [];
    for (let nth = 0; nth < 5; nth++) {
      const head = await append(world, project.id, 1);
      const begun = performance.now();
      run.moved([{ kind: 'project', id: project.id, seq: head }]);
      await eventually(async () => (await cursorOf(world.db, 'prompt', project.id)) === head);
      times.push(performance.now() - begun);
    }
    await run.stop();

    // The look that needs no poke comes each second.
    expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(500);
  });

  it('tries an event that fails ever less often, puts it aside with its error, and goes on', async () => {
    const [project, quiet] = [await aProject(world), await aProject(world)];
    await consume(noting('unlucky'));
    const [first] = [(await cursorOf(world.db, 'unlucky', project.id))! + 1];
    await append(world, project.id, 3);
    await append(world, quiet.id, 1);
    let tries = 0;
    const failing = noting('unlucky', { batch: 10 });
    const unlucky: LogConsumer = {
      ...failing,
      handle: async (unit, entry) => {
        await failing.handle(unit, entry);
        if (entry.event.projectId === project.id && entry.seq === first + 1 && ++tries > 0)
          throw new Error('no \ud800 luck\0');
      },
    };
    const states: number[] = [];
    for (const seconds of [0, 0.5, 0.6, 3, 2, 15, 2, 63, 2]) {
      world.clock.advance(seconds * 1_000);
      tries = 0;
      await consume(unlucky, said());
      states.push(Math.min(tries, 1));
    }

    expect(states).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect(await notes('unlucky', project)).toEqual([first, first + 2]);
    expect(await notes('unlucky', quiet)).toHaveLength(1);
    expect(await EventPutAside.findAll({ raw: true })).toMatchObject([
      {
        consumer: 'unlucky',
        projectId: project.id,
        why: 'FAILED',
        firstSeq: first + 1,
        lastSeq: first + 1,
        error: 'Error: no \ufffd luck',
      },
    ]);
    expect(lines.at(-1)).toMatch(/"seq":\d+.*no .* luck.*an event was put aside/);
    expect(outcomes.filter((outcome) => outcome === 'put aside')).toHaveLength(1);
  });

  it('goes on too when an event fails only at COMMIT, with what it sent', async () => {
    await consume(noting('late to fail'));
    const project = await aProject(world);
    const head = await append(world, project.id, 4);
    const wrong = adHoc(
      "INSERT INTO log_cursors (consumer, project_id, seq, created_at, updated_at) VALUES ('nobody', $1, $2, $3, $3)",
    );
    const fine = noting('late to fail', { batch: 10 });
    const consumer: LogConsumer = {
      ...fine,
      handle: async (unit, entry) => {
        await fine.handle(unit, entry);
        if (entry.seq === 2) unit.send(wrong, [project.id, -1, unit.at]);
      },
    };
    for (let nth = 0; nth < 6; nth++) {
      await consume(consumer);
      world.clock.advance(100_000);
    }

    expect(await notes('late to fail', project)).toEqual(oneTo(head).filter((seq) => seq !== 2));
    expect((await EventPutAside.findAll({ raw: true })).map(({ firstSeq }) => firstSeq)).toEqual([2]);
  });

  it('leaves projects alone that are of no interest, and later moves past what they wrote', async () => {
    const [dull, bright] = [await aProject(world), await aProject(world)];
    const interest = `EXISTS (SELECT 1 FROM projects p WHERE p.id = c.project_id AND p.name = 'bright')`;
    const consumer = noting('picky', { interest });
    await consume(consumer);
    const [from, since] = [await cursorOf(world.db, 'picky', dull.id), await cursorOf(world.db, 'picky', bright.id)];
    await world.db.sequelize.query(`UPDATE projects SET name = 'bright' WHERE id = '${bright.id}'`);
    const [head, end] = [await append(world, dull.id, 2), await append(world, bright.id, 2)];

    await consume(consumer);
    const left = await cursorOf(world.db, 'picky', dull.id);
    const run = keepConsuming(deps(), [consumer]);
    await eventually(async () => (await cursorOf(world.db, 'picky', dull.id)) === head);
    await run.stop();

    expect(left).toBe(from);
    expect([await notes('picky', dull), await notes('picky', bright)]).toEqual([[], [since! + 1, end]]);
  });

  it('asks about a project of no interest once in a while, and acts when it has become of interest', async () => {
    const project = await aProject(world);
    const interest = `EXISTS (SELECT 1 FROM projects p WHERE p.id = c.project_id AND p.name = 'bright')`;
    let asked = 0;
    const all: typeof world.db.all = (what, ...more) => {
      if (what.name === 'consumers.among.picky') asked++;
      return world.db.all(what, ...more);
    };
    const db = Object.create(world.db, { all: { value: all } }) as typeof world.db;
    const run = keepConsuming({ ...deps(), db }, [noting('picky', { interest })]);
    const change = async () => {
      const seq = await append(world, project.id, 1);
      run.moved([{ kind: 'project', id: project.id, seq }]);
      await sleep(30);
      return seq;
    };
    const begun = performance.now();
    for (let nth = 0; nth < 30; nth++) await change();
    const seconds = (performance.now() - begun) / 1_000;
    const askedAtFirst = asked;
    await world.db.sequelize.query(`UPDATE projects SET name = 'bright' WHERE id = '${project.id}'`);
    const head = await change();
    const isAt = async (seq: number) => (await cursorOf(world.db, 'picky', project.id)) === seq;
    await eventually(() => isAt(head));
    const times: number[] = [];
    for (let nth = 0; nth < 3; nth++) {
      const since = performance.now();
      const next = await change();
      await eventually(() => isAt(next));
      times.push(performance.now() - since);
    }
    await run.stop();

    expect(Math.min(...times)).toBeLessThan(500);
    expect(askedAtFirst).toBeGreaterThan(0);
    // Thirty otherwise. Those that come while it is asked are asked about once more.
    expect(askedAtFirst).toBeLessThanOrEqual(2 * (2 + seconds));
    expect(await notes('picky', project)).toContain(head);
  });

  it('keeps the retention from what it has not handled; what is gone nevertheless it says', async () => {
    const project = await aProject(world);
    await consume(noting('slow'));
    const read = (await cursorOf(world.db, 'slow', project.id))!;
    const head = await append(world, project.id, 4);
    const age = firstIdAt(new Date(Date.now() - 8 * 86_400_000)).slice(0, 23);
    await world.db.sequelize.query(`UPDATE events SET id = '${age}' || substr(id, 24)`);
    const prune = () =>
      pruneOnce({ db: world.db, clock: world.clock, logger: world.deps.log, eventDays: 7, auditDays: 0 });
    const left = () =>
      world.db.all<{ seq: number }>(adHoc('SELECT seq FROM events WHERE project_id = $1'), [project.id]);

    await prune();
    const kept = (await left()).length;
    world.clock.advance(31 * 86_400_000);
    await prune();
    await consume(noting('slow'), said());

    expect([kept, await left()]).toEqual([head - read, []]);
    expect(await notes('slow', project)).toEqual([]);
    expect(await EventPutAside.findAll({ where: { projectId: project.id }, raw: true })).toMatchObject([
      { why: 'MISSED', firstSeq: read + 1, lastSeq: head },
    ]);
    expect(lines.join('')).toContain('events were forgotten before they were handled');
  });

  it(
    'repeats nothing and loses nothing when a node is killed, before each step of what it does',
    { timeout: 120_000 },
    async () => {
      const project = await aProject(world);
      await consume(noting('dying'));
      const from = (await cursorOf(world.db, 'dying', project.id))!;
      const head = await append(world, project.id, 12);
      // Before an event is read, before its COMMIT (on PostgreSQL twice), and after that.
      for (const steps of [2, 3, 4, 5]) {
        const env = { ...process.env, DATABASE_URL: world.url, STEPS: String(steps) };
        const args = await testProgramArgs('test/realtime/consumers/dyingConsumer.ts');
        const child = spawn(process.execPath, args, { env, stdio: 'inherit' });
        expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
      }
      const reached = await cursorOf(world.db, 'dying', project.id);
      await consume(noting('dying'));

      expect(reached).toBeGreaterThan(from);
      expect(reached).toBeLessThan(head);
      expect(await notes('dying', project)).toEqual(oneTo(head).slice(from));
    },
  );
});
