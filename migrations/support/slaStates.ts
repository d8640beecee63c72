import type { MigrationStep } from '../../server/db/migration.js';
import { isPostgres } from './sql.js';

/** The states of a ticket's two clocks in one number of two digits to the base of six: none, breached, met, paused, warned, running. */
export function slaStateSql(step: MigrationStep): string {
  const field = (kind: string, name: string) =>
    isPostgres(step) ? `sla #>> '{${kind},${name}}'` : `json_extract(sla, '$.${kind}.${name}')`;
  const digit = (kind: string) => {
    const [due, stopped, paused] = [field(kind, 'dueAt'), field(kind, 'stoppedAt'), field(kind, 'pausedAt')];
    return `(CASE WHEN ${due} IS NULL THEN 0 WHEN ${field(kind, 'breachedAt')} IS NOT NULL OR ${due} < coalesce(${stopped}, ${paused}) THEN 1
      WHEN ${stopped} IS NOT NULL THEN 2 WHEN ${paused} IS NOT NULL THEN 3 WHEN ${field(kind, 'warnedAt')} IS NOT NULL THEN 4 ELSE 5 END)`;
  };
  return `(${digit('FIRST_RESPONSE')} * 6 + ${digit('RESOLVE')})`;
}
