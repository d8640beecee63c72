import type { FeedEventPayloads, ProjectEventPayloads } from '../../../contract/event.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { presentSession, type SessionRow } from './validations.present.js';

type Told = Extract<
  keyof ProjectEventPayloads & keyof FeedEventPayloads,
  `validation.${string}` | `discrepancy.${string}`
>;

const followersOf = statement(
  'validations.followers',
  'SELECT h.user_id FROM validation_session_shares h WHERE h.session_id = $1 ORDER BY h.user_id',
);

/**
 * One event, to the staff of the session's project; of a session of no project to its owner and whom it is shared with, each in their own
 * stream. Takes the project's numbers: nothing else is locked after it.
 */
export async function tellValidation<Type extends Told>(
  unit: UnitOfWork,
  { id, projectId, ownerId }: Pick<SessionRow, 'id' | 'projectId' | 'ownerId'>,
  type: Type,
  payload: ProjectEventPayloads[Type] & FeedEventPayloads[Type],
): Promise<void> {
  if (projectId !== null) {
    const { seq } = await unit.record.number(projectId, { events: 1 });
    const to = { ticketId: null, audience: 'TEAM', reporterId: null } as const;
    unit.record.append({ seq, projectId, type, ...to, payload });
    return;
  }
  const shared = await unit.all<{ user_id: string }>(followersOf, [id]);
  const people = new Set([...(ownerId === null ? [] : [ownerId]), ...shared.map(({ user_id }) => user_id)]);
  for (const userId of people) unit.record.notify({ userId, type, projectId: null, ticketId: null, payload });
}

export const tellSession = (unit: UnitOfWork, row: SessionRow): Promise<void> =>
  tellValidation(unit, row, 'validation.updated', { validation: presentSession(row) });
