import { describe, expect, it } from 'vitest';
import { noWords, refusalOf } from '../../web/src/detail/commentEdits.js';
import { BatonError } from '../../web/src/sdk.js';

describe('a comment whose change is refused', () => {
  const conflict = (details: BatonError['details']) =>
    new BatonError('CONFLICT', 'Somebody else changed this comment meanwhile.', details);

  it('because somebody else was faster tells what it says now, and may be saved on top of that', () => {
    const fields = { content: { yours: 'Mine', theirs: 'Theirs' } };

    const { problem, theirs } = refusalOf(conflict({ currentVersion: 3, fields }));

    expect(problem).toContain('Somebody else changed this comment meanwhile');
    expect(theirs).toEqual({ content: 'Theirs', version: 3 });
  });

  it('for something else tells that, and says nothing of others', () => {
    const forbidden = new BatonError('FORBIDDEN', 'Only its author or a lead may change a comment.', {});

    expect(refusalOf(forbidden).problem).toContain('Only its author or a lead may change a comment.');
    expect(refusalOf(new BatonError('NOT_FOUND', 'No such comment.', {})).problem).toBe(
      'The comment is no longer there.',
    );
    for (const error of [forbidden, conflict({}), conflict({ currentVersion: 3 }), new Error('Broken')])
      expect(refusalOf(error).theirs).toBeNull();
  });

  it('because it has no words says so', () => {
    expect(noWords).toEqual({ problem: 'A comment needs some words.', theirs: null });
  });
});
