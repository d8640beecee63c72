import { describe, expect, it } from 'vitest';
import type { TicketPatch } from '../../../contract/ticket.js';
import { randomFrom, type Random } from '../../../seeders/support/random.js';
import { Client, fields, Server, settled, valuesOf, type Input } from './simulation.js';

/** All of them: `INTERLEAVINGS=10000 npx vitest run test/sdk/lists/interleavings.test.ts`. */
const RUNS = Number(process.env['INTERLEAVINGS'] ?? 3_000);
const STEPS = 30;
const TICKETS = 3;

let unique = 0;
function aPatch(random: Random): TicketPatch {
  const value = ++unique;
  const field = random.pick([...fields, 'status' as const]);
  if (field === 'status') return { status: random.pick(['OPEN', 'REVIEW', 'CLOSED']) };
  return { [field]: field === 'storyPoints' ? value : `edit ${value}` };
}

function aDeed(random: Random, server: Server, clients: readonly Client[]): () => unknown {
  const client = random.pick(clients);
  const known = client.made.filter((value) => value.startsWith('c')).map((value) => value.split(' ', 1)[0]!);
  const ticketId = random.pick([...server.ids(), ...known]);
  return random.pick([
    () => client.edit(ticketId, aPatch(random)),
    () => client.edit(ticketId, aPatch(random)),
    () => client.create(),
    () => client.handle(random.chance(0.2), random),
    () => client.handle(false, random),
    () => client.answer(random),
    () => client.answer(random),
    () => client.receive(1 + random.below(3)),
    () => client.receive(random.chance(0.3) ? Infinity : 1),
    () => void server.edit(random.pick(server.ids()), aPatch(random)),
    () => (client.isOffline = !client.isOffline),
    () => (random.chance(0.5) ? client.reload() : undefined),
    () => client.giveIn(),
  ]);
}

async function aRun(seed: number, isQueued: readonly boolean[]) {
  const random = randomFrom(seed);
  const server = new Server(TICKETS);
  const clients = isQueued.map((queued) => new Client(server, queued));
  await settled();
  for (const client of clients) client.receive(Infinity);
  for (let step = 0; step < STEPS; step++) {
    await aDeed(random, server, clients)();
    if (random.chance(0.5)) await settled();
  }
  for (const client of clients) client.isOffline = false;
  await settled();
  while (!clients.every((client) => client.isIdle)) {
    for (const client of clients) {
      client.handle(false, random);
      client.answer(random);
      client.receive(1);
    }
    await settled();
  }
  for (const client of clients) {
    client.receive(Infinity);
    client.judge();
  }
  const truth = server.rowsAt(server.log.length);
  return {
    faults: [...clients.flatMap((client) => client.faults), ...server.twice],
    isSame: clients.every(({ list }) => JSON.stringify(list.getSnapshot().items) === JSON.stringify(truth)),
    pending: clients.reduce((sum, { list }) => sum + list.getSnapshot().pendingIds.size, 0),
    unaccounted: clients.flatMap((client) => unaccounted(client, server)),
  };
}

/** What was asked of a queue and is neither done nor told of as refused; or both. */
function unaccounted({ queue, made, givenIn }: Client, server: Server): string[] {
  if (!queue) return [];
  const { conflicts, refused } = queue.get();
  const told = new Set([...conflicts, ...refused].flatMap(({ input }) => valuesOf(input as unknown as Input)));
  return made.filter(
    (value) => (typeof server.wrote.get(value) === 'number') === (told.has(value) || givenIn.has(value)),
  );
}

describe('lists of several clients, with what they make and edit, edits of others, refusals, lost time and cuts in any order', () => {
  it.each([
    ['', [false, false]],
    [' with a queue, through lost requests and replies, time without a network and reloads', [true, true]],
    [' with a queue and without', [true, false]],
  ])(
    `come to what the server has, and show nothing older after something newer%s (${RUNS} runs in all)`,
    async (_, isQueued) => {
      for (let seed = 1; seed <= RUNS / 3 + 1; seed++) {
        const outcome = await aRun(seed, isQueued);
        expect({ seed, ...outcome }).toEqual({ seed, faults: [], isSame: true, pending: 0, unaccounted: [] });
      }
    },
    240_000,
  );
});
