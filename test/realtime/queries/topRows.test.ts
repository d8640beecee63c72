import { expect, it } from 'vitest';
import type { Ticket } from '../../../contract/ticket.js';
import { compareTickets } from '../../../contract/ticketOrder.js';
import { randomFrom } from '../../../seeders/support/random.js';
import { keptRows, TopRows } from '../../../server/realtime/queries/topRows.js';

const compare = compareTickets({ by: 'updatedAt', dir: 'asc' });
const aRow = (id: string, at: number, lastSeq: number) =>
  ({ id, updatedAt: String(1_000 + at), lastSeq, projectId: 'p', assignees: [] }) as unknown as Ticket;

it.each([1, 2, 5, 20])(
  'the first %i rows stay the true ones, and what is told leads from one state to the next',
  (limit) => {
    const random = randomFrom(limit);
    const all = new Map<string, Ticket>();
    for (let nth = 0; nth < 40; nth++) all.set(`t${nth}`, aRow(`t${nth}`, random.below(100), 0));
    const truth = () => [...all.values()].toSorted(compare);
    let top = new TopRows(truth().slice(0, keptRows(limit)), limit, compare);
    let told = truth().slice(0, limit);
    let refills = 0;

    for (let seq = 1; seq <= 3_000; seq++) {
      const id = `t${random.below(60)}`;
      const before = all.get(id) ?? null;
      const after = random.chance(0.7) ? aRow(id, random.below(100), seq) : null;
      if (after) all.set(id, after);
      else all.delete(id);
      if (!before && !after) continue;
      const change = top.step(before, after, all.size);
      if (change === 'refill') {
        refills++;
        top = new TopRows(truth().slice(0, keptRows(limit)), limit, compare);
        told = truth().slice(0, limit);
        continue;
      }
      const gone = new Set([...(change?.removes ?? []), ...(change?.upserts ?? []).map((row) => row.id)]);
      told = [...told.filter((row) => !gone.has(row.id)), ...(change?.upserts ?? [])].toSorted(compare);
      expect([told, top.shown]).toEqual([truth().slice(0, limit), truth().slice(0, limit)]);
    }

    // Most of what leaves is made up for by rows that were kept.
    expect(refills).toBeGreaterThan(0);
    expect(refills).toBeLessThan(800);
  },
);
