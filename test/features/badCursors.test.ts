import { afterAll, beforeAll, expect, it } from 'vitest';
import { ListDevelopersInput } from '../../contract/developer.js';
import { ListSkillsInput } from '../../contract/skill.js';
import { ListTicketsInput, SearchTicketsInput } from '../../contract/ticketInputs.js';
import { ListUsersInput } from '../../contract/user.js';
import { login } from '../../server/features/auth/commands/login.js';
import { encodeCursor } from '../../server/features/keysetPage.js';
import { listSkills } from '../../server/features/skills/skills.queries.js';
import { searchTickets } from '../../server/features/search/searchTickets.js';
import { listTickets } from '../../server/features/tickets/tickets.queries.js';
import { aProject, here } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { parsed } from '../support/ticketWorld.js';
import { aWorld, type World } from '../support/world.js';

it.each(Object.entries({ ListDevelopersInput, ListSkillsInput, ListTicketsInput, ListUsersInput, SearchTicketsInput }))(
  '%s refuses to look for a text that can nowhere stand',
  (_, schema) => {
    for (const text of ['a\u0000', '\ud800']) expect(schema.safeParse({ text }).success, text).toBe(false);
    expect(schema.safeParse({ text: 'a' }).success).toBe(true);
  },
);

describeEachDialect('what cannot be stored', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
    await aProject(world);
  });
  afterAll(() => world.close());

  it.each(['a\u0000', '\udfff'])('is no part of a cursor of skills: %j', async (part) => {
    const listed = async () =>
      listSkills(world.deps, world.admin, parsed(ListSkillsInput, { cursor: encodeCursor([part, 'x']) }));

    await expect(listed()).rejects.toThrow('This cursor is not one of this list.');
  });

  it.each([0.5, 1e308, 2 ** 53, -(2 ** 31) - 1])('is no part of a cursor of tickets: %d', async (part) => {
    const sort = { by: 'priority', dir: 'asc' } as const;
    const list = async () =>
      listTickets(world.db, world.admin, parsed(ListTicketsInput, { sort, cursor: encodeCursor([part, 'x']) }));
    const found = async () =>
      searchTickets(
        world.db,
        world.admin,
        parsed(SearchTicketsInput, { text: 'a', cursor: encodeCursor([part, new Date().toISOString(), 'x']) }),
      );

    await expect(list()).rejects.toThrow('This cursor is not one of this list.');
    await expect(found()).rejects.toThrow('This cursor is not one of this list.');
  });

  it.each(['a\u0000@example.com', '\ud800@example.com'])('signs nobody in: %j', async (email) => {
    await expect(login(world.deps, here, { email, password: 'whatever' })).rejects.toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED' }) as Error,
    );
  });
});
