import { canonicalJson } from '../kernel/canonicalJson.js';

export const sameValue = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);

/** What moves with every change, or follows from other rows. */
export const bookkeeping: ReadonlySet<string> = new Set(['version', 'lastSeq', 'updatedAt', 'assignees']);
