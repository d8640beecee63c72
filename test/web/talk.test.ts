import { describe, expect, it } from 'vitest';
import { noFilter, plainQuery } from '../../web/src/filter/boardFilter.js';
import { queryOfView, viewFilter } from '../../web/src/filter/serverViews.js';
import { noticePath, noticePlace, noticeText } from '../../web/src/notices/noticeText.js';
import type { Message } from '../../web/src/sdk.js';
import { withHint } from '../../web/src/search/hints.js';
import { linesOf, threadOf, withMessages } from '../../web/src/talk/messageList.js';
import { mentionBefore, mentionOf, mentionPieces, withoutMarks } from '../../web/src/ui/mentions.js';
import { addressOf, pathTo, routeOf } from '../../web/src/ui/useRoute.js';

const message = (id: string, minute: number, more: Partial<Message> = {}): Message => {
  const at = `2026-11-26T10:${String(minute).padStart(2, '0')}:00.000Z`;
  const text = { content: id, isEdited: false, editedAt: null, deletedAt: null };
  return {
    id,
    conversationId: 'c',
    authorId: 'ann',
    authorName: 'Ann',
    parentId: null,
    ...text,
    createdAt: at,
    updatedAt: at,
    ...more,
  };
};
const ids = (lines: readonly { readonly message: Message }[]) => lines.map((line) => line.message.id);

describe('messages', () => {
  it('stand in their order, each in its latest form, in whatever order these come', () => {
    const edited = message('a', 1, { content: 'again', updatedAt: '2026-11-26T11:00:00.000Z' });
    const deleted = { ...edited, content: '', deletedAt: '2026-11-26T11:01:00.000Z' };

    expect(withMessages([message('b', 2)], [edited, message('a', 1)]).map(({ content }) => content)).toEqual([
      'again',
      'b',
    ]);
    expect(withMessages([deleted], [edited])[0]?.deletedAt).not.toBeNull();
  });

  it('of one person that follow each other stand together, answers in their threads', () => {
    const said = [
      message('one', 1),
      message('two', 2),
      message('late', 20),
      message('other', 21, { authorId: 'bob' }),
      message('answer', 22, { parentId: 'one' }),
      message('gone answer', 23, { parentId: 'one', deletedAt: 'x' }),
    ];

    const lines = linesOf(said);

    expect(lines.map(({ message: { id }, isFollowUp, answers }) => [id, isFollowUp, answers])).toEqual([
      ['one', false, 1],
      ['two', true, 0],
      ['late', false, 0],
      ['other', false, 0],
    ]);
    expect(ids(threadOf(said, 'one'))).toEqual(['one', 'answer']);
  });

  it('that were deleted keep their place only while something was answered to them', () => {
    const gone = { deletedAt: 'x', content: '' };
    const said = [message('a', 1, gone), message('b', 2, gone), message('c', 3, { parentId: 'b' })];

    expect(ids(linesOf(said))).toEqual(['b']);
  });
});

describe('a mention', () => {
  const userId = '01a21a39-d9c5-71f2-af07-fda4432eaf86';

  it('is read as a name, also where an excerpt cuts it off', () => {
    const text = `Ask ${mentionOf('Ann Agent', userId)}, please`;

    expect(mentionPieces(text)).toEqual(['Ask ', { name: 'Ann Agent', userId }, ', please']);
    expect(withoutMarks(text)).toBe('Ask @Ann Agent, please');
    expect(withoutMarks(text.slice(0, 30))).toBe('Ask @Ann Agent');
    expect(withoutMarks('mail a@b.example [x](y)')).toBe('mail a@b.example [x](y)');
  });

  it('begins with an @ at the beginning of a word', () => {
    expect(['@', 'Ask @an', 'Ask @Ann A', 'a@b', 'no'].map(mentionBefore)).toEqual(['', 'an', 'Ann A', null, null]);
  });
});

describe('a saved view', () => {
  it('says what the board shows, and comes back as it was', () => {
    const filter = { ...noFilter, text: 'mail', priority: ['URGENT' as const], assignee: 'me', tag: 'vip' };
    const kept = viewFilter(filter, 'ann');

    expect(kept).toEqual({ text: 'mail', priority: ['URGENT'], assigneeId: 'ann', tag: 'vip' });
    expect(queryOfView({ filter: kept!, sort: plainQuery.sort }, 'ann')?.filter).toEqual(filter);
    expect(queryOfView({ filter: kept!, sort: plainQuery.sort }, 'bob')?.filter.assignee).toBe('ann');
  });

  it('cannot count days from today, nor ask for what the board has no control for', () => {
    expect(viewFilter({ ...noFilter, due: 'overdue' }, 'ann')).toBeNull();
    expect(queryOfView({ filter: { departmentId: 'd' }, sort: plainQuery.sort }, 'ann')).toBeNull();
    expect(queryOfView({ filter: { unassigned: true }, sort: plainQuery.sort }, 'ann')?.filter.assignee).toBe('nobody');
  });
});

describe('an address', () => {
  it('names a board, a ticket, a conversation, a part of the settings, or what is looked for', () => {
    expect(routeOf('#/SUP/SUP-12')).toMatchObject({ projectKey: 'SUP', ticketKey: 'SUP-12', page: null });
    expect(routeOf('#/SUP/talk/abc')).toMatchObject({ page: 'talk', ticketKey: null, rest: 'abc' });
    expect(routeOf('#/SUP/talk')).toMatchObject({ page: 'talk', rest: null });
    expect(routeOf('#/SUP/plan')).toMatchObject({ projectKey: 'SUP', page: 'plan', ticketKey: null });
    expect(routeOf(pathTo('search', 'a/b status:open "100%"')).rest).toBe('a/b status:open "100%"');
    expect(routeOf('#/search/100%').rest).toBe('100%');
    expect(routeOf('')).toEqual({ projectKey: null, page: null, ticketKey: null, rest: null, item: null });
    expect(routeOf('#/SUP/settings')).toMatchObject({ projectKey: 'SUP', page: 'settings', rest: null, item: null });
    expect(routeOf('#/SUP/settings/validations/abc')).toMatchObject({ rest: 'validations', item: 'abc' });
  });

  it('may have its keys in small letters, and leads to the one that has them in capitals', () => {
    expect(routeOf('#/ops/Ops-12')).toMatchObject({ projectKey: 'OPS', ticketKey: 'OPS-12', page: null });
    expect(routeOf('#/ops/talk/abc')).toMatchObject({ projectKey: 'OPS', page: 'talk', rest: 'abc' });
    expect(addressOf('#/ops')).toBe('#/OPS');
    expect(addressOf('#/Ops/ops-12')).toBe('#/OPS/OPS-12');
    expect(addressOf('#/ops/settings/validations/abc')).toBe('#/OPS/settings/validations/abc');
  });

  it('stays as it is where it has its keys, or what can be none', () => {
    const others = ['', '#/', '#/OPS', '#/OPS/', '#/OPS/OPS-12', '#/admin', '#/search/ops%20is', '#/search/ops-12'];
    for (const hash of [...others, '#/OPS/talk/ops-12', '#/no-key', '#/ß'])
      expect([hash, addressOf(hash)]).toEqual([hash, hash]);
    expect(routeOf('#/admin').projectKey).toBe('admin');
    expect(routeOf('#/no-key').projectKey).toBe('no-key');
  });
});

it('a hint narrows what is looked for once, and waits for its value where it needs one', () => {
  expect(withHint('', 'status:open')).toBe('status:open ');
  expect(withHint('mail ', 'tag:')).toBe('mail tag:');
  expect(withHint('mail status:open', 'status:open')).toBe('mail status:open');
});

it('a notification says what it is about', () => {
  expect(noticeText({ kind: 'ASSIGNED', dueDate: null })).toBe('gave you this ticket');
  expect(noticeText({ kind: 'DUE_SOON', dueDate: null })).toBe('Due soon');
});

it('a notification leads to its ticket, its conversation, or the settings of the webhook that was turned off', () => {
  const projects = [
    { id: 'p1', key: 'SUP' },
    { id: 'p2', key: 'OPS' },
  ];
  const nothing = { ticket: null, conversation: null, webhook: null, projectId: 'p2' };
  const webhook = { id: 'w', host: 'hooks.example.com' };
  const ticket = { id: 't', key: 'OPS-3', title: 'A ticket' };
  const conversation = { id: 'c', kind: 'CHANNEL', name: 'general' } as const;

  expect(noticePath({ ...nothing, ticket }, projects)).toBe('#/OPS/OPS-3');
  expect(noticePath({ ...nothing, conversation }, projects)).toBe('#/OPS/talk/c');
  expect(noticePath({ ...nothing, webhook }, projects)).toBe('#/OPS/settings/webhooks');
  expect(noticePath({ ...nothing, webhook, projectId: 'p3' }, projects)).toBe('#/');
  expect(noticePlace({ ...nothing, webhook })).toBe('hooks.example.com');
});
