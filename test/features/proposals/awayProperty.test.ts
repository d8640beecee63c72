import { afterAll, beforeAll, expect, it } from 'vitest';
import { UpdateDeveloperInput } from '../../../contract/developer.js';
import { randomFrom, type Random } from '../../../seeders/support/random.js';
import { sweepAbsences } from '../../../server/features/developers/absences.js';
import { updateDeveloper } from '../../../server/features/developers/commands/updateDeveloper.js';
import { updateProject } from '../../../server/features/projects/commands/updateProject.js';
import { placeWaiting } from '../../../server/features/proposals/placing.js';
import { absenceOf } from '../../../server/features/proposals/planSnapshot.js';
import { activateUser } from '../../../server/features/users/commands/activateUser.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { decodeRow } from '../../../server/db/decodeRow.js';
import { Developer } from '../../../server/db/models/Developer.js';
import { isAwayNow } from '../../../server/planner/presence.js';
import { findViolations } from '../../support/invariants.js';
import { approve, plannedHere, setCapacity } from '../../support/planning.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, give, parsed, rows, type TicketWorld } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';

const STEPS = 60;
const DAY_MS = 86_400_000;
const zones = ['UTC', 'America/Los_Angeles', 'Pacific/Auckland'];

interface Given {
  readonly assignee_id: string;
  readonly type: string;
  readonly id: string;
}

describeEachDialect('absences, deactivations and sweeps in any order', (dialect) => {
  let world: TicketWorld;
  let random: Random;
  beforeAll(async () => {
    world = plannedHere(await aTicketWorld(dialect));
    await updateProject(world.deps, world.admin, {
      projectId: world.project.id,
      patch: { awayPolicy: 'REPROPOSE', autoAssign: 'ASSIGN' },
    });
    for (const person of [world.lead, world.ann, world.bob, world.cyd]) await setCapacity(world, person, 12);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const team = () => [world.ann, world.bob, world.cyd];
  const profileOf = async ({ userId }: Person) =>
    decodeRow(Developer, (await rows(world, 'SELECT * FROM developers WHERE user_id = $1', userId))[0]!);
  const awayNow = async () => {
    const found = await rows(world, 'SELECT * FROM developers');
    const people = found.map((row) => decodeRow(Developer, row));
    return new Set(people.filter((one) => isAwayNow(absenceOf(one), world.clock.now())).map(({ userId }) => userId));
  };
  const inactive = async () => {
    const found = await rows<{ id: string }>(
      world,
      `SELECT id FROM users WHERE active = ${dialect === 'sqlite' ? 0 : 'false'}`,
    );
    return new Set(found.map(({ id }) => id));
  };
  const active = () => rows<Given>(world, "SELECT * FROM assignments WHERE status = 'ACTIVE'");
  const sweep = async () => {
    await Promise.all([sweepAbsences(world.deps), sweepAbsences(world.deps)]);
    await Promise.all([placeWaiting(world.deps), placeWaiting(world.deps)]);
  };

  const acts: Readonly<Record<string, (person: Person) => Promise<unknown>>> = {
    leave: async (person) => {
      const from = world.clock.now().getTime() + (random.below(4) - 2) * (DAY_MS / 3);
      await updateDeveloper(
        world.deps,
        world.admin,
        parsed(UpdateDeveloperInput, {
          developerId: (await profileOf(person)).id,
          patch: {
            timezone: random.pick(zones),
            outOfOfficeFrom: new Date(from).toISOString(),
            outOfOfficeTo: new Date(from + random.below(5) * (DAY_MS / 2)).toISOString(),
          },
        }),
      );
    },
    pass: async () => world.clock.advance(random.below(3) * (DAY_MS / 3)),
    toggle: async (person) =>
      ((await inactive()).has(person.userId) ? activateUser : deactivateUser)(world.deps, world.admin, {
        userId: person.userId,
      }),
    create: () => aTicket(world, { storyPoints: random.below(4) }, world.lead),
    give: async (person) => {
      if ((await inactive()).has(person.userId)) return;
      await give(world, await aTicket(world, { storyPoints: random.below(4) }, world.lead), person);
    },
    approve: async () => {
      const [one] = await rows<{ id: string }>(world, "SELECT id FROM assignment_proposals WHERE state = 'PROPOSED'");
      // Its person may have no room any more, or be away today although the plan was made before.
      if (one)
        await approve(world, [one]).catch((error: { code: string }) =>
          expect(['CAPACITY_EXCEEDED', 'STALE_PROPOSAL']).toContain(error.code),
        );
    },
    sweep,
  };

  it.each([1, 2])(
    'leave no ticket with who is gone, give none to who is away, and lose none (seed %i)',
    async (seed) => {
      random = randomFrom(seed);
      for (let step = 0; step < STEPS; step++) {
        const name = random.pick(Object.keys(acts));
        const before = new Set((await active()).map(({ id }) => id));
        await acts[name]!(random.pick(team()));
        const [now, gone, away] = [await active(), await inactive(), await awayNow()];
        expect(
          now.filter(({ assignee_id }) => gone.has(assignee_id)),
          name,
        ).toEqual([]);
        const given = now.filter(({ id, type }) => !before.has(id) && type === 'AI');
        expect(
          given.filter(({ assignee_id }) => away.has(assignee_id)),
          name,
        ).toEqual([]);
      }
      await sweep();
      const lost = await rows(
        world,
        `SELECT t.key FROM tickets t WHERE t.assignee_id IS NULL AND t.status = 'OPEN'
         AND NOT EXISTS (SELECT 1 FROM assignment_proposals p WHERE p.ticket_id = t.id AND p.state = 'PROPOSED')
         AND NOT EXISTS (SELECT 1 FROM assignment_runs r WHERE CAST(r.unplaced AS text) LIKE '%' || t.id || '%')`,
      );

      expect(lost).toEqual([]);
      expect(await rows(world, 'SELECT * FROM tickets_to_place')).toEqual([]);
      const away = await awayNow();
      const early = await rows<{ assignee_id: string }>(
        world,
        `SELECT a.assignee_id FROM assignments a JOIN developers d ON d.user_id = a.assignee_id
       WHERE a.status = 'ACTIVE' AND a.assigned_at <= d.absence_since`,
      );
      expect(early.filter(({ assignee_id }) => away.has(assignee_id))).toEqual([]);
    },
  );
});
