import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateSlaPolicyInput, UpdateSlaPolicyInput, type SlaPolicy } from '../../../contract/sla.js';
import { slaKinds, type TicketSla } from '../../../contract/ticketSla.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { createSlaPolicy } from '../../../server/features/sla/commands/createSlaPolicy.js';
import { updateSlaPolicy } from '../../../server/features/sla/commands/updateSlaPolicy.js';
import { clockDisagreements } from '../../../server/features/sla/checkClocks.js';
import { reapplySome } from '../../../server/features/sla/reapplySla.js';
import { sweepSla } from '../../../server/features/sla/sweepSla.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { restoreTicket } from '../../../server/features/tickets/commands/restoreTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import type { Deps } from '../../../server/features/deps.js';
import { aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, patchTicket, rows, type TicketWorld } from '../../support/ticketWorld.js';
import { slowClock, type Promised, type Since } from './slowClocks.js';

const MINUTE = 60_000;
// The weekend after it, clocks are put forward in Berlin.
const BEGIN = Date.parse('2031-03-27T12:00:00.000Z');
const calendars = [
  { timeZone: 'UTC' },
  {
    timeZone: 'Europe/Berlin',
    hours: (['THURSDAY', 'FRIDAY', 'SUNDAY', 'MONDAY'] as const).map((day) => ({ day, from: '22:00', to: '04:00' })),
    holidays: ['2031-03-31'],
  },
] as const;

interface Marks {
  warnedAt: number | null;
  breachedAt: number | null;
}
interface ModelTicket {
  readonly id: string;
  project: number;
  priority: string;
  life: Since[];
  promised: Promised | null;
  marks: Record<string, Marks>;
}

/** What is expected of clocks, told in the plainest way. */
class Model {
  now = BEGIN;
  readonly tickets: ModelTicket[] = [];
  readonly policies: [SlaPolicy[], SlaPolicy[]] = [[], []];
  told = 0;

  choose({ project, priority }: Pick<ModelTicket, 'project' | 'priority'>): SlaPolicy | null {
    const fits = this.policies[project]!.filter(
      ({ active, priorities }) => active && (priorities === null || priorities.includes(priority as never)),
    );
    const weigh = (policy: SlaPolicy) => (policy.priorities === null ? 1_000 : 0) + policy.position;
    return fits.toSorted((a, b) => weigh(a) - weigh(b))[0] ?? null;
  }

  clocks({ promised, life }: ModelTicket) {
    return slaKinds.map((kind) => [kind, promised && slowClock(kind, promised, life)] as const);
  }

  /** Marks that do not hold any more are taken back. */
  settle(ticket: ModelTicket): void {
    for (const [kind, clock] of this.clocks(ticket)) {
      const marks = ticket.marks[kind]!;
      const holds = (moment: number) => {
        const halt = clock!.stoppedAt ?? clock!.pausedAt;
        return halt === null ? moment <= this.now : moment < halt;
      };
      marks.warnedAt = clock && marks.warnedAt !== null && holds(clock.warnAt) ? clock.warnAt : null;
      marks.breachedAt = clock && marks.breachedAt !== null && holds(clock.dueAt) ? clock.dueAt : null;
    }
  }

  sweep(): void {
    for (const ticket of this.tickets) {
      if (ticket.life.at(-1)!.facts.deleted) continue;
      for (const [kind, clock] of this.clocks(ticket)) {
        if (!clock) continue;
        const halt = clock.stoppedAt ?? clock.pausedAt;
        const isReached = (moment: number) => (halt === null ? moment <= this.now : moment < halt);
        const marks = ticket.marks[kind]!;
        if (marks.warnedAt === null && isReached(clock.warnAt))
          [marks.warnedAt, this.told] = [clock.warnAt, this.told + 1];
        if (marks.breachedAt === null && isReached(clock.dueAt))
          [marks.breachedAt, this.told] = [clock.dueAt, this.told + 1];
      }
    }
  }
}

const iso = (moment: number | null) => (moment === null ? null : new Date(moment).toISOString());

describeEachDialect('clocks of tickets', (dialect) => {
  let world: TicketWorld;
  let deps: Deps;
  let model: Model;
  let projects: [string, string];
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());

  const newModel = async () => {
    model = new Model();
    deps = { ...world.deps, clock: { now: () => new Date(model.now) } };
    const team = { lead: world.lead, members: [world.ann], customers: [world.customer] };
    projects = [(await aProject(world, team)).id, (await aProject(world, team)).id];
    await addPolicy(0, { resolveMinutes: 600, firstResponseMinutes: 60, calendar: calendars[0] });
    await addPolicy(0, { priorities: ['URGENT'], resolveMinutes: 60, calendar: calendars[1] });
    await addPolicy(1, { priorities: ['HIGH', 'URGENT'], firstResponseMinutes: 120, calendar: calendars[1] });
  };
  const addPolicy = async (project: 0 | 1, draft: object) => {
    const input = CreateSlaPolicyInput.parse({ projectId: projects[project], name: 'A promise', ...draft });
    model.policies[project].push(await createSlaPolicy(deps, world.lead, input));
  };

  const anyTicket = (nth: number) => model.tickets[nth % Math.max(1, model.tickets.length)];
  /** What is done with a ticket that is there, and then what it is. */
  const change = async (nth: number, facts: Partial<Since['facts']>, act: (id: string) => Promise<unknown>) => {
    const ticket = anyTicket(nth);
    if (!ticket || ticket.life.at(-1)!.facts.deleted) return;
    await act(ticket.id);
    ticket.life.push({ at: model.now, facts: { ...ticket.life.at(-1)!.facts, ...facts } });
    model.settle(ticket);
  };
  const chooseAnew = (ticket: ModelTicket, isReapplied = false) => {
    const chosen = model.choose(ticket);
    if (chosen === null || isReapplied || chosen.id !== ticket.promised?.policyId)
      ticket.promised = chosen && { ...chosen, policyId: chosen.id };
    model.settle(ticket);
  };
  const steps = {
    wait: async (nth: number) => void (model.now += (nth % 900) * MINUTE),
    waitLong: async (nth: number) => void (model.now += (nth % 4_000) * MINUTE),
    create: async (nth: number) => {
      const [priority, waitingOn] = [nth % 2 ? 'MEDIUM' : 'URGENT', nth % 3 ? null : 'CUSTOMER'] as const;
      const draft = { projectId: projects[0], priority, ...(waitingOn && { waitingOn }) };
      const { id } = await aTicket({ ...world, deps }, { ...draft, reporterId: world.customer.userId }, world.lead);
      const facts = { status: 'OPEN', waitingOn, answered: false, deleted: false };
      const marks = Object.fromEntries(slaKinds.map((kind) => [kind, { warnedAt: null, breachedAt: null }]));
      const ticket = { id, project: 0, priority, life: [{ at: model.now, facts }], promised: null, marks };
      model.tickets.push(ticket);
      chooseAnew(ticket);
    },
    status: (nth: number) => {
      const status = (['OPEN', 'IN_PROGRESS', 'RESOLVED', 'CLOSED', 'RESOLVED', 'OPEN'] as const)[nth % 6]!;
      return change(nth >> 3, { status }, (id) => patchTicket({ ...world, deps }, world.lead, id, { status }));
    },
    waitingOn: (nth: number) => {
      const waitingOn = ([null, 'CUSTOMER', 'THIRD_PARTY', null] as const)[nth % 4]!;
      return change(nth >> 4, { waitingOn }, (id) => patchTicket({ ...world, deps }, world.lead, id, { waitingOn }));
    },
    answer: (nth: number) =>
      change(nth, { answered: true }, (ticketId) =>
        createComment(deps, world.ann, { ticketId, content: 'We look at it.', visibility: 'PUBLIC' }),
      ),
    remove: (nth: number) => change(nth, { deleted: true }, (ticketId) => deleteTicket(deps, world.lead, { ticketId })),
    restore: async (nth: number) => {
      const ticket = anyTicket(nth);
      if (!ticket?.life.at(-1)!.facts.deleted) return;
      await restoreTicket(deps, world.lead, { ticketId: ticket.id });
      ticket.life.push({ at: model.now, facts: { ...ticket.life.at(-1)!.facts, deleted: false } });
      model.settle(ticket);
    },
    priority: async (nth: number) => {
      const priority = (['MEDIUM', 'URGENT', 'HIGH'] as const)[nth % 3]!;
      const ticket = anyTicket(nth >> 3);
      if (!ticket || ticket.priority === priority || ticket.life.at(-1)!.facts.deleted) return;
      await patchTicket({ ...world, deps }, world.lead, ticket.id, { priority });
      ticket.priority = priority;
      chooseAnew(ticket);
    },
    move: async (nth: number) => {
      const ticket = anyTicket(nth);
      if (!ticket || ticket.life.at(-1)!.facts.deleted) return;
      ticket.project = 1 - ticket.project;
      await moveTicket(deps, world.lead, { ticketId: ticket.id, projectId: projects[ticket.project as 0 | 1] });
      chooseAnew(ticket);
    },
    policy: async (nth: number) => {
      const project = (nth % 2) as 0 | 1;
      const at = nth % model.policies[project].length;
      const patch = [
        { resolveMinutes: 30 + 5 * (nth % 50) },
        { active: nth % 8 < 4 },
        { calendar: calendars[nth % 2] },
        { warnFraction: 0.6 },
      ][nth % 4];
      const reapply = nth % 3 === 0;
      const policyId = model.policies[project][at]!.id;
      const input = UpdateSlaPolicyInput.parse({ policyId, patch, reapply });
      model.policies[project][at] = await updateSlaPolicy(deps, world.lead, input);
      if (!reapply) return;
      while (await reapplySome(deps));
      for (const ticket of model.tickets) {
        const { status, deleted } = ticket.life.at(-1)!.facts;
        const isOpen = status !== 'RESOLVED' && status !== 'CLOSED' && !deleted;
        if (ticket.project === project && isOpen) chooseAnew(ticket, true);
      }
    },
    sweep: async () => {
      await sweepSla(deps);
      model.sweep();
    },
  };

  const expected = (ticket: ModelTicket) =>
    ticket.promised && {
      policyId: ticket.promised.policyId,
      ...Object.fromEntries(
        model.clocks(ticket).map(([kind, clock]) => [
          kind,
          clock && {
            startedAt: iso(clock.startedAt),
            warnAt: iso(clock.warnAt),
            dueAt: iso(clock.dueAt),
            pausedAt: iso(clock.pausedAt),
            stoppedAt: iso(clock.stoppedAt),
            pausedMs: clock.pausedMs,
            warnedAt: iso(ticket.marks[kind]!.warnedAt),
            breachedAt: iso(ticket.marks[kind]!.breachedAt),
          },
        ]),
      ),
    };
  const shown = (sla: TicketSla | null) => {
    if (sla === null) return null;
    const { termsId: _, ...rest } = sla;
    return rest;
  };

  it('are those of a model that walks through every minute', async () => {
    const names = Object.keys(steps) as (keyof typeof steps)[];
    // Clocks that are late, and pause then, want time and pauses more than all else.
    const often = (
      ['wait', 'wait', 'wait', 'waitLong', 'waitingOn', 'waitingOn', 'waitingOn', 'status'] as const
    ).flatMap((name) => [name, name]);
    const step = fc.tuple(fc.constantFrom(...names, ...often), fc.nat(100_000));
    const property = fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async (run) => {
      await newModel();
      await steps.create(0);
      for (const [name, nth] of run) await steps[name](nth);
      await steps.sweep();

      for (const ticket of model.tickets) {
        if (ticket.life.at(-1)!.facts.deleted) continue;
        const { sla } = await getTicket(world.db, world.lead, { ticketId: ticket.id });
        expect(shown(sla)).toEqual(expected(ticket));
      }
      const told = await rows<{ n: number | string }>(
        world,
        "SELECT count(*) AS n FROM events WHERE type LIKE 'ticket.sla%' AND project_id IN ($1, $2)",
        ...projects,
      );
      expect(Number(told[0]!.n)).toBe(model.told);
    });
    await fc.assert(property, { numRuns: 15 });
    for await (const disagreement of clockDisagreements(world.db)) expect.fail(JSON.stringify(disagreement));
  }, 120_000);
});
