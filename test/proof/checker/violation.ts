import type { History } from '../history/lines.js';

export const checkNames = [
  'LOST',
  'PHANTOM',
  'ONCE',
  'CHAIN',
  'STREAM',
  'FOLD',
  'ASSIGN',
  'ORPHAN',
  'ACL',
  'LIVE',
] as const;
export type CheckName = (typeof checkNames)[number];

/** A promise that was broken, and exactly where. */
export interface Violation {
  readonly check: CheckName;
  readonly what: string;
}

/** Reads a history once, in time linear in its length. */
export type Check = (history: History) => Violation[];

export const groupBy = <Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> => {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
};
