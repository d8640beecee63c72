import { describe, expect, it } from 'vitest';
import { inOrder, overfullOf, passagesOf, type Limit, type Told } from './room.js';

const ANN = 'ann';
const ticket = (
  id: string,
  storyPoints: number,
  holders: readonly string[],
  status: Told['ticket']['status'] = 'OPEN',
) => ({
  id,
  storyPoints,
  status,
  deletedAt: null,
  assignees: holders.map((userId) => ({ userId, assignmentId: `of ${userId}`, name: userId, isPrimary: true })),
});
const told = (seq: number, ...about: Parameters<typeof ticket>): Told => ({ seq, ticket: ticket(...about) });
const approved = (seq: number, id: string, points: number): Told => ({
  ...told(seq, id, points, [ANN]),
  handover: { type: 'AI', assigneeId: ANN },
});
const seen = (events: readonly Told[], changes: readonly Limit[] = [], together = new Map<number, string>()) =>
  overfullOf(passagesOf(ANN, 0, events, together), { base: 0, limit: 5, changes });

describe('whether there was room', () => {
  it('is answered by the loads as they were, not as they are', () => {
    const events = [approved(1, 'a', 3), approved(2, 'b', 3), told(3, 'a', 3, [ANN], 'CLOSED')];

    expect(seen(events)).toEqual(['an approval gave them 6 points of 5 at #2']);
    expect(seen([approved(1, 'a', 3), told(2, 'a', 3, [ANN], 'CLOSED'), approved(3, 'b', 3)])).toEqual([]);
  });

  it('is not asked of what people do by hand, and what they do takes room', () => {
    const byHand = [told(1, 'a', 3, [ANN]), told(2, 'b', 3, [ANN])];

    expect(seen(byHand)).toEqual([]);
    expect(seen([...byHand, approved(3, 'c', 1)])).toEqual(['an approval gave them 7 points of 5 at #3']);
  });

  it('is asked of all that one transaction approves, with what it takes away', () => {
    const taken = { ...told(2, 'a', 3, ['bob']), handover: { type: 'AI', assigneeId: 'bob' } as const };
    const events = [told(0, 'a', 3, [ANN]), approved(1, 'b', 5), taken];

    expect(seen(events)).toEqual(['an approval gave them 8 points of 5 at #1']);
    expect(
      seen(
        events,
        [],
        new Map([
          [1, 'one'],
          [2, 'one'],
        ]),
      ),
    ).toEqual([]);
  });

  it('depends on where a limit may have been changed: where the load was what its row had', () => {
    const events = [approved(1, 'a', 3), approved(2, 'b', 3)];

    expect(seen(events, [{ load: 3, from: 5, to: 6 }])).toEqual([]);
    expect(seen([approved(1, 'a', 6)], [{ load: 0, from: 5, to: 2 }])).toEqual([
      'an approval gave them 6 points of 5 or 2 at #1',
    ]);
    expect(seen(events, [{ load: 4, from: 5, to: 6 }])).toEqual(['an approval gave them 6 points of 5 at #2']);
    expect(seen([approved(1, 'a', 3)], [{ load: 4, from: 5, to: 6 }])).toEqual([
      'their limit was changed at a load that no event tells of',
    ]);
  });

  it('reads the order of the changes from themselves', () => {
    const [one, two] = [
      { load: 1, from: 5, to: 3 },
      { load: 0, from: 3, to: 8 },
    ];

    expect(inOrder(5, [two, one])).toEqual([one, two]);
    expect(inOrder(5, [two])).toBeNull();
  });
});
