import { describe, expect, it } from 'vitest';
import { withComment } from '../../web/src/detail/commentList.js';
import { aComment } from './boardFixtures.js';

const at = (minute: number) => `2026-03-01T09:${String(minute).padStart(2, '0')}:00.000Z`;

describe('the comments of a ticket', () => {
  const first = aComment('1', { id: 'a', createdAt: at(1) });
  const second = aComment('1', { id: 'b', createdAt: at(2) });

  it('stand oldest first, in whatever order they come', () => {
    expect([second, first].reduce(withComment, [])).toEqual([first, second]);
  });

  it('hold one form of each, the latest: the reply to a call and its event may come in either order', () => {
    const edited = { ...first, content: 'Edited', version: 2 };

    expect([first, edited, first].reduce(withComment, [])).toEqual([edited]);
  });

  it('do not bring back a deleted one', () => {
    const deleted = { ...first, deletedAt: at(5) };

    expect([first, deleted, first].reduce(withComment, [])).toEqual([deleted]);
  });
});
