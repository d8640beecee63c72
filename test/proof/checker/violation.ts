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
