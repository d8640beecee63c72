import { describe, expect, it } from 'vitest';
import { firstIdAt, newId } from '../../server/kernel/ids.js';

describe('ids', () => {
  it('are UUIDs of version 7 in lower case', () => {
    expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sort in the order in which they were made, also within a millisecond', () => {
    const ids = Array.from({ length: 10_000 }, newId);

    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('made before a moment sort before its first id, those made after it do not', () => {
    const before = newId();
    const now = Date.now();

    expect(before < firstIdAt(new Date(now + 1))).toBe(true);
    expect(newId() >= firstIdAt(new Date(now))).toBe(true);
    expect(firstIdAt(new Date(0))).toBe('00000000-0000-7000-8000-000000000000');
  });
});
