import { AppError } from './errors.js';

/** What a policy answers: yes, or no with the reason that the caller may read. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

export const allowed: Decision = { allowed: true };
export const denied = (reason: string): Decision => ({ allowed: false, reason });
export const allowIf = (condition: boolean, reason: string): Decision => (condition ? allowed : denied(reason));

/** @throws FORBIDDEN with the policy's reason. */
export function demand(decision: Decision): void {
  if (!decision.allowed) throw new AppError('FORBIDDEN', decision.reason);
}
