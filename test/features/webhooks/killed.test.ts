import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testProgramArgs } from '../../support/program.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, patchTicket } from '../../support/ticketWorld.js';
import { JWT_SECRET } from '../../support/world.js';
import { aHookWorld, SECOND_MS, type HookWorld } from './hookWorld.js';

describeEachDialect('a node that is killed', (dialect) => {
  let world: HookWorld;
  beforeEach(async () => {
    world = await aHookWorld(dialect);
  });
  afterEach(() => world.close());

  async function killedAt(step: string): Promise<void> {
    const env = {
      ...process.env,
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: world.url,
      JWT_SECRET,
      LOG_LEVEL: 'silent',
    };
    const child = spawn(process.execPath, await testProgramArgs('test/features/webhooks/dyingNode.ts', step), {
      env,
      stdio: 'inherit',
    });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  }

  it('loses nothing, and what it sends again has the same id and bytes', { timeout: 120_000 }, async () => {
    await world.hook({ eventTypes: ['ticket.created', 'ticket.updated'] });
    const ticket = await aTicket(world);
    await patchTicket(world, world.ann, ticket.id, { title: 'Changed' });

    await killedAt('queued');
    expect(await world.deliveries()).toEqual([]);
    await killedAt('before');
    expect(world.receiver.received).toHaveLength(0);
    expect(await world.deliveries()).toHaveLength(2);
    // Until the lease ends nobody else sends.
    expect(await world.send()).toEqual([]);
    world.clock.advance(61 * SECOND_MS);
    await world.send();
    expect(world.receiver.received.map(({ type }) => type)).toEqual(['ticket.created', 'ticket.updated']);
    await aTicket(world);
    await killedAt('after');
    expect(world.receiver.received).toHaveLength(3);
    await world.send(61 * SECOND_MS);

    const [third, again] = world.receiver.received.slice(2);
    expect([again?.id, again?.body]).toEqual([third?.id, third?.body]);
    expect(new Set(world.receiver.received.map(({ id }) => id)).size).toBe(3);
    expect(world.receiver.received).toHaveLength(4);
    expect((await world.deliveries()).map(({ status }) => status)).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED']);
  });
});
