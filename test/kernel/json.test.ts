import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../server/kernel/canonicalJson.js';
import { jsonDepth } from '../../server/kernel/jsonDepth.js';

describe('the depth of JSON', () => {
  it.each([
    [null, 0],
    ['x', 0],
    [[], 1],
    [{}, 1],
    [{ a: 1, b: [2] }, 2],
    [[[[]]], 3],
    [{ a: { b: { c: null } }, d: [] }, 3],
  ])('of %j is %i', (value, depth) => {
    expect(jsonDepth(value)).toBe(depth);
  });

  it('is found of values that break recursion', () => {
    let deep: unknown = 0;
    for (let n = 0; n < 200_000; n++) deep = n % 2 ? [deep] : { deep };

    expect(jsonDepth(deep)).toBe(200_000);
    expect(jsonDepth(undefined)).toBe(0);
  });

  it('is one more than that of what is inside', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(jsonDepth([value])).toBe(jsonDepth(value) + 1);
      }),
    );
  });
});

describe('canonical JSON', () => {
  it('is the same whatever order keys were written in, at every level', () => {
    expect(canonicalJson({ b: [{ z: 1, a: 2 }], a: { y: null, x: 'é' } })).toBe(
      '{"a":{"x":"é","y":null},"b":[{"a":2,"z":1}]}',
    );
    expect(canonicalJson({ 10: 1, 9: 2, a: undefined })).toBe(canonicalJson({ 9: 2, 10: 1 }));
  });

  it('keeps the order of lists, and the key __proto__', () => {
    expect(canonicalJson([2, 1])).toBe('[2,1]');
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1},"b":1}');
  });

  it('is equal exactly for equal values', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, inner]) => [key, shuffled(inner)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(canonicalJson(shuffled(a))).toBe(canonicalJson(a));
        expect(JSON.parse(canonicalJson(a))).toEqual(JSON.parse(JSON.stringify(a)));
        if (canonicalJson(a) === canonicalJson(b))
          expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
      }),
    );
  });
});
