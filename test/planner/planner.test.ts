import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { randomFrom } from '../../seeders/support/random.js';
import { makePlan } from '../../server/planner/makePlan.js';
import type { Draft, Planner } from '../../server/planner/plan.js';
import type { PlanInput } from '../../server/planner/planInput.js';
import { createPlanner, type PlannerOptions } from '../../server/planner/planner.js';
import { loadSolver } from '../../server/planner/solver.js';
import { compile, compiledFolder } from '../support/compile.js';
import { aPerson, anInput, aTicket, personId, randomInput, skillId, ticketId } from './randomInput.js';

const SLOW_MS = 300_000;
const team = { tickets: 14, people: 5, skills: 4, projects: 2, demand: 1.1, oddities: 0.1 };
const teamInput = randomInput(randomFrom(5), team);

const open: Planner[] = [];
const planner = (options: PlannerOptions = {}): Planner => {
  const made = createPlanner(options);
  open.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A thread that does what the day of the plan says. */
const program = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData } from 'node:worker_threads';
    const day = workerData.job.input.asOf;
    if (day === 'throws') throw new Error('broken');
    if (day === 'exits') process.exit(3);
    if (day === 'grows') { const all = []; for (;;) all.push(Array.from({ length: 1e5 }, (_, at) => ({ at }))); }
    if (day === 'hangs') for (;;);
    parentPort.postMessage({ isDone: true, value: day });
  `)}`,
);
const day = (asOf: string): PlanInput => anInput({ asOf });

describe('the planner', () => {
  it(
    'makes beside the main thread the plan that it would make there, byte for byte, again and again',
    async () => {
      const { plan } = planner();
      const here = JSON.stringify(makePlan(teamInput, 'OPTIMAL', await loadSolver()));

      expect(JSON.stringify(await plan(teamInput))).toBe(here);
      expect(JSON.stringify(await plan(teamInput, 'OPTIMAL'))).toBe(here);
    },
    SLOW_MS,
  );

  it(
    'makes it when it is compiled, too',
    async () => {
      expect(await compile('baton-planner', 'test/planner/tsconfig.json')).toBe(true);
      const compiled = pathToFileURL(join(compiledFolder('baton-planner'), 'server/planner/planner.js')).href;
      const script = `import { createPlanner } from ${JSON.stringify(compiled)};
      const planner = createPlanner();
      console.log(JSON.stringify(await planner.plan(${JSON.stringify(teamInput)})));
      await planner.close();`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);

      expect(stdout.trim()).toBe(JSON.stringify(makePlan(teamInput, 'OPTIMAL', await loadSolver())));
    },
    SLOW_MS,
  );

  it('gives an input another hash when a figure, a weight or the strategy is another', async () => {
    const solver = await loadSolver();
    const hash = (input: PlanInput, strategy: 'GREEDY' | 'LEAST_LOADED' = 'GREEDY') =>
      makePlan(input, strategy, solver).inputHash;
    const [first, ...others] = [
      hash(teamInput),
      hash(teamInput, 'LEAST_LOADED'),
      hash({ ...teamInput, asOf: '2026-11-28' }),
      hash({ ...teamInput, weights: { ...teamInput.weights, reporter: 5 } }),
    ];

    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set([first, ...others]).size).toBe(4);
    expect(hash({ ...teamInput, people: teamInput.people.toReversed() })).toBe(first);
  });

  it(
    'refuses an input that contradicts itself',
    async () => {
      const refused = planner().plan(anInput({ tickets: [aTicket(0), aTicket(0)] }));

      await expect(refused).rejects.toMatchObject({ name: 'AppError', code: 'BAD_INPUT' });
    },
    SLOW_MS,
  );

  it.each(['throws', 'exits', 'grows'])(
    'tells UNAVAILABLE when its thread %s, and the next call gets another',
    async (how) => {
      const broken: Error[] = [];
      const { plan } = planner({ program, memoryMb: 32, onBroken: (error) => broken.push(error) });

      await expect(plan(day(how))).rejects.toMatchObject({ name: 'AppError', code: 'UNAVAILABLE' });
      expect(await plan(day('works'))).toBe('works');
      expect(broken).toHaveLength(how === 'exits' ? 0 : 1);
    },
    SLOW_MS,
  );

  it(
    'gives up on a thread that never answers',
    async () => {
      const { plan } = planner({ program, patienceMs: 1_500 });

      await expect(plan(day('hangs'))).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: 'The plan took too long.',
      });
    },
    SLOW_MS,
  );

  it(
    'works on one plan at a time, lets so many wait, and refuses the rest at once',
    async () => {
      const { plan } = planner({ program, queueLength: 2 });
      const calls = ['first', 'second', 'third', 'fourth'].map((name) => plan(day(name)));

      const outcomes = await Promise.allSettled(calls);

      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
      expect(outcomes[3]).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
      expect(await plan(day('later'))).toBe('later');
    },
    SLOW_MS,
  );

  it(
    'ends what runs and refuses who waits when it is closed',
    async () => {
      const closing = planner({ program });
      const calls = [closing.plan(day('hangs')), closing.plan(day('waits'))];
      const outcomes = Promise.allSettled(calls);

      await pause(500);
      await closing.close();

      for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
      await expect(closing.plan(day('late'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    },
    SLOW_MS,
  );
});

describe('drafts, as a language model would send them', () => {
  const skill = { requiredSkillId: skillId(0), requiredSkillName: 'Plumbing' };
  const input = anInput({
    tickets: [
      aTicket(0, { ...skill, priority: 'URGENT' }),
      aTicket(1),
      aTicket(2, { storyPoints: 8 }),
      aTicket(3, { pinnedTo: personId(1) }),
      aTicket(4),
    ],
    people: [
      aPerson(0, { capacity: 10, skills: [{ skillId: skillId(0), level: 4 }] }),
      aPerson(1, { capacity: 20 }),
      aPerson(2, { isActive: false, projectIds: [], awayFrom: '2026-11-01T00:00:00.000Z' }),
    ],
    rejectedPairs: [{ ticketId: ticketId(4), developerId: personId(1) }],
  });
  const draft = (ticket: number, person: number): Draft => ({
    ticketId: ticketId(ticket),
    developerId: personId(person),
  });
  /** What a model answered, word for word. */
  const scripted = JSON.stringify([
    draft(0, 1),
    draft(1, 0),
    draft(2, 0),
    draft(1, 1),
    draft(3, 0),
    draft(3, 1),
    draft(4, 1),
    draft(1, 2),
    draft(0, 2),
    draft(9, 0),
    draft(0, 9),
    draft(2, 1),
  ]);

  it(
    'are held against the constraints, each by its name, scored, and told what they fall short of',
    async () => {
      const report = await planner().scoreDrafts(input, JSON.parse(scripted) as Draft[]);

      expect(report.accepted).toEqual([draft(1, 0), draft(2, 1)]);
      const violations = report.violations.map(({ ticketId: id, constraint }) => [Number(id.slice(-2)), constraint]);
      expect(violations).toEqual([
        [0, 'SKILL'],
        [2, 'CAPACITY'],
        [1, 'ONCE'],
        [3, 'PIN'],
        [4, 'NOT_REJECTED'],
        [1, 'ONCE'],
        [0, 'ACTIVE'],
        [0, 'MEMBER'],
        [0, 'SKILL'],
        [0, 'PRESENT'],
        [9, 'KNOWN'],
        [0, 'KNOWN'],
      ]);
      // Left out: the urgent ticket (8) and one of medium priority (2).
      expect(report.regret.placed).toBe(10);
      expect(report.optimum).toMatchObject({ outcome: 'OPTIMAL', gap: 0 });
      expect(report.regret.fit).toBe(report.optimum.objective.fit - report.objective.fit);
    },
    SLOW_MS,
  );

  it(
    'fall short of nothing when they are the plan',
    async () => {
      const { plan, scoreDrafts } = planner();
      const { proposals, objective, inputHash } = await plan(input);

      const report = await scoreDrafts(input, proposals);

      expect(report).toMatchObject({ objective, inputHash, violations: [], regret: { placed: 0, fit: 0, order: 0 } });
    },
    SLOW_MS,
  );
});
