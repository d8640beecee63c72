import type { Actor } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

/** `staffOf`: those of the projects asked for where the actor is staff. */
export const canReadStatistics = (
  actor: Pick<Actor, 'role'>,
  projectId: string | undefined,
  staffOf: readonly string[],
): Decision =>
  allowIf(
    projectId === undefined ? actor.role !== 'CUSTOMER' : staffOf.length > 0,
    'Only members of the project may read its statistics.',
  );
