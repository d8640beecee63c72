import { describe, expect, it } from 'vitest';
import { explain } from '../../web/src/board/explain.js';
import { BatonError } from '../../web/src/sdk.js';

describe('explaining a failure', () => {
  it('names who holds a ticket that was claimed too late', () => {
    const error = new BatonError('CONFLICT', 'Bea holds SUP-1 already.', { holderId: 'b', holderName: 'Bea' });

    expect(explain(error, 'SUP-1')).toBe('SUP-1 is already held by Bea.');
  });

  it('names where somebody else moved a ticket a moment earlier', () => {
    const fields = { status: { yours: 'CLOSED', theirs: 'REVIEW' } };
    const error = new BatonError('CONFLICT', 'Somebody else changed status meanwhile.', { fields });

    expect(explain(error, 'SUP-1')).toBe('Somebody else has just moved SUP-1 to Review.');
  });

  it('says what it was about, once', () => {
    expect(explain(new BatonError('CONFLICT', 'SUP-1 is closed. Reopen it first.'), 'SUP-1')).toBe(
      'SUP-1 is closed. Reopen it first.',
    );
    expect(explain(new BatonError('FORBIDDEN', 'Only a lead may do this.'), 'SUP-1')).toBe(
      'SUP-1: Only a lead may do this.',
    );
    expect(explain(new BatonError('NOT_FOUND', 'No such ticket.'), 'SUP-1')).toBe('SUP-1 is no longer there.');
  });

  it('shows nothing of a defect of its own', () => {
    expect(explain(new TypeError('x is undefined'))).not.toContain('undefined');
  });
});
