import { Cron } from 'croner';
import type { RuleTrigger } from '../../../contract/rule.js';
import { AppError } from '../../kernel/errors.js';

type Schedule = Extract<RuleTrigger, { kind: 'SCHEDULE' }>;

const nextOf = ({ cron, timezone }: Schedule, after: Date): Date | null =>
  new Cron(cron, { timezone, paused: true, mode: '5-part' }).nextRun(after);

/**
 * When a rule of this trigger is due next after this moment; null when it has no schedule, or that never comes again.
 * @throws BAD_INPUT the schedule, or its time zone, makes no sense, or it is never due.
 */
export function demandSchedule(trigger: RuleTrigger, after: Date): Date | null {
  if (trigger.kind !== 'SCHEDULE') return null;
  let next: Date | null;
  try {
    next = nextOf(trigger, after);
  } catch (error) {
    throw new AppError('BAD_INPUT', `The schedule cannot be read: ${error instanceof Error ? error.message : ''}`, {
      field: 'trigger',
    });
  }
  if (!next) throw new AppError('BAD_INPUT', 'The schedule is never due.', { field: 'trigger' });
  return next;
}

export const nextDue = (trigger: RuleTrigger, after: Date): Date | null =>
  trigger.kind === 'SCHEDULE' ? nextOf(trigger, after) : null;
