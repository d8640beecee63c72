import { parseSearchQuery } from '../../../contract/searchQuery.js';

/** What narrows a search, as people begin to write it. */
export const hints = [
  'status:open',
  'assignee:me',
  'assignee:none',
  'priority:urgent',
  'reporter:me',
  'project:',
  'tag:',
  'sla:breached',
  'due:<',
  'updated:>',
] as const;

/** The text with a hint at its end, once. */
export function withHint(text: string, hint: string): string {
  const [name = '', value = ''] = hint.split(':');
  const isThere = parseSearchQuery(text).qualifiers.some((one) => one.name === name && one.values.includes(value));
  if (isThere) return text;
  const before = text.trimEnd();
  return `${before}${before === '' ? '' : ' '}${hint}${/[a-z]$/.test(hint) ? ' ' : ''}`;
}
