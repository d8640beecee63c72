import type { Database } from '../../server/db/database.js';
import { validate } from '../../server/integrity/validate.js';

/**
 * Everything in which the database contradicts itself, one line each; empty when all is well. Reads the whole database, and
 * wants it to be at rest.
 */
export async function findViolations({ all, dialect, file }: Database): Promise<string[]> {
  const place = { all, dialect, file, store: null, now: new Date() };
  const findings = await validate(place, { examples: 20 });
  return findings.flatMap(({ says, examples, count }) => [
    ...examples.map((what) => `${says}: not ${what}`),
    ...(count > examples.length ? [`${says}: not ${count - examples.length} more`] : []),
  ]);
}
