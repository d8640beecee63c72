import type { z } from 'zod';
import type { MarkReadInput, MarkReadReply } from '../../../../contract/notification.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { unreadCountOf } from '../notifications.queries.js';

const set = 'UPDATE notifications SET read_at = $2, updated_at = $2 WHERE user_id = $1 AND in_app AND read_at IS NULL';
const markThese = statement('notifications.read', (d) => `${set} AND ${d.anyOf('id', '$3')} RETURNING id`);
const markUntil = statement('notifications.readUntil', `${set} AND id <= $3 RETURNING id`);

/**
 * Marks the caller's notifications as read. Ids that are not theirs, or read already, change nothing; the caller's other
 * windows are told by their own stream.
 */
export function markRead(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof MarkReadInput>,
): Promise<z.infer<typeof MarkReadReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'notifications.markRead', input }, async (unit) => {
    const { ids, until } = input;
    const marked = await unit.all<{ id: string }>(ids ? markThese : markUntil, [
      actor.userId,
      unit.at,
      ids ?? until ?? '',
    ]);
    if (marked.length > 0)
      unit.record.notify({
        userId: actor.userId,
        type: 'notification.read',
        projectId: null,
        ticketId: null,
        payload: ids ? { ids: marked.map(({ id }) => id), until: null } : { ids: null, until: until ?? null },
      });
    return { read: marked.length, unreadCount: await unreadCountOf(unit.all, actor.userId) };
  });
}
