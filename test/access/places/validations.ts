import { aSession, differing, find, result } from '../../support/validations.js';
import { nextNumber, type Making } from './making.js';

export interface ValidationsThere {
  /** A validation of the project, that an administrator owns. */
  readonly validation: () => Promise<string>;
  readonly validationResult: () => Promise<string>;
  /** Open, and found by {@link validation}. */
  readonly discrepancy: () => Promise<string>;
}

export function validationsIn({ app, project, word, one }: Making): ValidationsThere {
  const validation = () =>
    one('validation', async () => {
      const session = await aSession(app, app.admin, { name: word ?? 'A validation', projectId: project.id });
      return session.id;
    });
  return {
    validation,
    validationResult: () =>
      one('validationResult', async () => {
        const counts = { kind: 'DATA', compared: 2, matched: 1 } as const;
        return (await result(app, app.admin, { sessionId: await validation(), ...counts })).id;
      }),
    discrepancy: () =>
      one('discrepancy', async () => {
        const there = differing(`${word ?? 'a path'} ${nextNumber()}`);
        return (await find(app, app.admin, await validation(), [there])).discrepancyIds[0]!;
      }),
  };
}
