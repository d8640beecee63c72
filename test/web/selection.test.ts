import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allOf, extended, noSelection, toggled } from '../../web/src/bulk/selection.js';

const shown = ['1', '2', '3', '4', '5'];

describe('a selection', () => {
  it('takes a range from the last one chosen, up or down, and keeps what was chosen before', () => {
    const two = toggled(toggled(noSelection, '5'), '3');

    expect([...extended(two, shown, '1').ids].toSorted()).toEqual(['1', '2', '3', '5']);
    expect([...extended(extended(two, shown, '1'), shown, '4').ids].toSorted()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('begins a range anew where the last one chosen is no longer shown', () => {
    const gone = toggled(noSelection, '9');

    expect([...extended(gone, shown, '2').ids]).toEqual(['9', '2']);
    expect(extended(gone, shown, '2').anchorId).toBe('2');
  });

  it('is not changed by what is not shown', () => {
    expect(extended(allOf(shown), shown, '9').ids.size).toBe(5);
  });

  it('is as before when the same one is chosen twice', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...shown)), fc.constantFrom(...shown), (ids, id) => {
        const before = allOf(ids);

        expect(toggled(toggled(before, id), id).ids).toEqual(before.ids);
      }),
    );
  });
});
