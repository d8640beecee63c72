import type { CreateWebhookInput, WebhookWithSecret } from '../../../../contract/webhook.js';
import { newRow } from '../../../db/newRow.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import { personOf, type Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { lockProject } from '../../projects/memberships.js';
import { withSecret } from '../signature.js';
import { demandReachable, demandRoomForWebhook, insertWebhook, webhookEntry } from '../webhookRows.js';
import { canManageWebhooks } from '../webhooks.policy.js';
import { presentWebhook, type WebhookRow } from '../webhooks.present.js';

/**
 * Has events of a project sent somewhere, from those on that come after.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canManageWebhooks`; BAD_INPUT nothing may be sent there; CONFLICT the
 * project has as many as it can have.
 */
export async function createWebhook(deps: Deps, actor: Actor, input: CreateWebhookInput): Promise<WebhookWithSecret> {
  const made = await inUnitOfWork(deps, { actor, procedure: 'webhooks.create', input }, async (unit) => {
    const { project, standing, lastSeq } = await lockProject(unit, actor, input.projectId);
    demand(canManageWebhooks(standing));
    demandReachable(deps, input.url);
    await demandRoomForWebhook(unit, project.id);
    const { url, eventTypes, description, active } = input;
    const row: WebhookRow = {
      id: newId(),
      projectId: project.id,
      url,
      eventTypes,
      description,
      active,
      disabledReason: null,
      failingSince: null,
      sinceSeq: lastSeq,
      secretNo: 1,
      previousSecretUntil: null,
      createdBy: personOf(actor),
      ...newRow(unit.at),
    };
    await unit.all(insertWebhook.statement, insertWebhook.values(row));
    unit.record.audit({ ...webhookEntry(row), action: 'CREATED', after: row });
    return presentWebhook(row);
  });
  return withSecret(deps, made);
}
