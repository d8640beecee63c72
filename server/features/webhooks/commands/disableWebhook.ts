import type { webhookFailures } from '../../../../contract/enums.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import { systemActor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { notify, wishesOf } from '../../notifications/notify.js';
import { updateWebhook, webhookById, webhookEntry } from '../webhookRows.js';

const findReaders = statement(
  'webhooks.readers',
  `SELECT u.id FROM users u LEFT JOIN project_members m ON m.user_id = u.id AND m.project_id = $1
   WHERE u.active AND (m.role = 'LEAD' OR (u.role = 'ADMIN' AND u.id = $2)) ORDER BY u.id`,
);

/**
 * Turns a webhook off that is of no use any more, tells the staff of its project, and lets those know who may do something about it: who leads the
 * project, and the administrator who made it. One that is off already stays as it is, and so does one that something got through to meanwhile, or that
 * points elsewhere. Whether it did.
 */
export function disableWebhook(
  deps: Pick<Deps, 'db' | 'clock' | 'log' | 'wake' | 'mail'>,
  { id, url }: { readonly id: string; readonly url: string },
  reason: (typeof webhookFailures)[number],
): Promise<boolean> {
  const call = { actor: systemActor, procedure: 'webhooks.disable', input: {} };
  return inUnitOfWork(deps, call, async (unit) => {
    const before = await webhookById(unit.all, id, true);
    if (!before?.active || before.url !== url || before.failingSince === null) return false;
    const row = { ...before, active: false, disabledReason: reason, version: before.version + 1, updatedAt: unit.at };
    await unit.all(updateWebhook.statement, updateWebhook.values(row));
    const readers = await unit.all<{ id: string }>(findReaders, [row.projectId, row.createdBy]);
    const wishes = await wishesOf(
      deps,
      unit,
      readers.map((reader) => reader.id),
    );
    unit.record.audit({ ...webhookEntry(row), action: 'UPDATED', before, after: row });
    const { seq } = await unit.record.number(row.projectId, { events: 1 });
    const { host } = new URL(url);
    unit.record.append({
      seq,
      projectId: row.projectId,
      type: 'webhook.disabled',
      ticketId: null,
      audience: 'TEAM',
      reporterId: null,
      payload: { webhook: { id, host, description: row.description, reason } },
    });
    const webhook = { id, host, projectId: row.projectId };
    notify(
      unit,
      systemActor,
      wishes,
      readers.map((reader) => ({ userId: reader.id, kind: 'WEBHOOK_DISABLED', ticket: null, webhook, seq })),
    );
    return true;
  });
}
