import { seedTickets } from '../../seeders/bulk/seedTickets.js';
import { seedPeople } from '../../seeders/demo/seedPeople.js';
import { createMigrator, seedersSource } from '../../server/db/migrator.js';
import type { Dialect } from './services.js';
import { aWorld, type World } from './world.js';

/** A world with so many tickets as `baton seed` makes, the same for the same number. */
export async function aSeededWorld(dialect: Dialect, tickets: number, seed: number): Promise<World> {
  const world = await aWorld(dialect);
  await createMigrator(world.db, undefined, seedersSource).up();
  await seedPeople(world.deps);
  await seedTickets(world.deps, { tickets, seed, progress: () => undefined });
  return world;
}
