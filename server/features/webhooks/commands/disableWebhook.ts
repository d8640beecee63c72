import type { webhookFailures } from '../../../../contract/enums.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import { systemActor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { updateWebhook, webhookById, webhookEntry } from '../webhookRows.js';

/**
 * Turns a webhook off that is of no use any more, and tells the staff of its project. One that is off already stays as it is, and so does one
 * that something got through to meanwhile, or that points elsewhere. Whether it did.
 */
export function disableWebhook(
  deps: Pick<Deps, 'db' | 'clock' | 'log' | 'wake'>,
  { id, url }: { readonly id: string; readonly url: string },
  reason: (typeof webhookFailures)[number],
): Promise<boolean> {
  const call = { actor: systemActor, procedure: 'webhooks.disable', input: {} };
  return inUnitOfWork(deps, call, async (unit) => {
    const before = await webhookById(unit.all, id, true);
    if (!before?.active || before.url !== url || before.failingSince === null) return false;
    const row = { ...before, active: false, disabledReason: reason, version: before.version + 1, updatedAt: unit.at };
    await unit.all(updateWebhook.statement, updateWebhook.values(row));
    unit.record.audit({ ...webhookEntry(row), action: 'UPDATED', before, after: row });
    const { seq } = await unit.record.number(row.projectId, { events: 1 });
    unit.record.append({
      seq,
      projectId: row.projectId,
      type: 'webhook.disabled',
      ticketId: null,
      audience: 'TEAM',
      reporterId: null,
      payload: { webhook: { id, host: new URL(url).host, description: row.description, reason } },
    });
    return true;
  });
}
