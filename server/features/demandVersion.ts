import { AppError } from '../kernel/errors.js';

/** @throws CONFLICT somebody else was faster; `details.currentVersion` is the version that there is. */
export function demandVersion(row: { readonly version: number }, expected: number | undefined, noun: string): void {
  if (expected === undefined || expected === row.version) return;
  throw new AppError('CONFLICT', `This ${noun} was changed meanwhile.`, { currentVersion: row.version });
}
