import { createHash } from 'node:crypto';
import type { FoundDiscrepancy } from '../../../contract/finding.js';
import { canonicalJson } from '../../kernel/canonicalJson.js';

/** Values that mean the same are the same: signs in one form, line ends as one, whatever order names stand in. */
function normalised(value: unknown): unknown {
  if (typeof value === 'string') return value.normalize('NFC').replace(/\r\n?/g, '\n');
  // JSON knows one zero.
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(normalised);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.normalize('NFC'), normalised(one)]));
}

type Difference = Pick<FoundDiscrepancy, 'type' | 'sourcePath' | 'targetPath' | 'expected' | 'actual'>;

/** By what a difference is known again: SHA-256, hex, of what it is, where, and between which values. How severe it is says nothing. */
export function fingerprintOf({ type, sourcePath, targetPath, expected, actual }: Difference): string {
  const says = normalised([type, sourcePath, targetPath, expected, actual]);
  return createHash('sha256').update(canonicalJson(says)).digest('hex');
}
