import { randomBytes } from 'node:crypto';
import type { CreateIncomingInput, IncomingWebhookWithSecret } from '../../../../contract/incomingWebhook.js';
import { notificationKinds } from '../../../../contract/notification.js';
import { newRow } from '../../../db/newRow.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import { personOf, type Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { keepPreferences } from '../../notifications/keepPreferences.js';
import { insertMember, recordMember } from '../../projects/addedMember.js';
import { lockProject, type LockedProject } from '../../projects/memberships.js';
import { insertUser } from '../../users/insertUser.js';
import { unreachableEmails } from '../../users/unreachable.js';
import { presentIncoming, type IncomingRow } from '../incoming.present.js';
import { demandRoomForIncoming, incomingEntry, insertIncoming } from '../incomingRows.js';
import { withSecret } from '../signature.js';
import { canManageWebhooks } from '../webhooks.policy.js';

/**
 * Lets another system tell a project of what happens there. What it tells is done by somebody made for it: a customer of the project, who
 * cannot sign in, and is told nothing.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canManageWebhooks`; CONFLICT the project has as many as it can have.
 */
export async function createIncoming(
  deps: Deps,
  actor: Actor,
  input: CreateIncomingInput,
): Promise<IncomingWebhookWithSecret> {
  const passwordHash = await deps.auth.passwords.hash(randomBytes(32).toString('base64url'));
  const made = await inUnitOfWork(deps, { actor, procedure: 'webhooks.incoming.create', input }, async (unit) => {
    const locked = await lockProject(unit, actor, input.projectId);
    demand(canManageWebhooks(locked.standing));
    await demandRoomForIncoming(unit, locked.project.id);
    const id = newId();
    const row: IncomingRow = {
      id,
      projectId: locked.project.id,
      userId: await makeDoer(unit, locked, { id, name: input.name, passwordHash }),
      kind: input.kind,
      name: input.name,
      active: input.active,
      secretNo: 1,
      previousSecretUntil: null,
      receivedAt: null,
      createdBy: personOf(actor),
      ...newRow(unit.at),
    };
    await unit.all(insertIncoming.statement, insertIncoming.values(row));
    unit.record.audit({ ...incomingEntry(row), action: 'CREATED', after: row });
    return presentIncoming(row);
  });
  return withSecret(deps, made);
}

/** Somebody new, so that nobody waits for their row although the project is held already. */
async function makeDoer(
  unit: UnitOfWork,
  { project }: LockedProject,
  { id, name, passwordHash }: { id: string; name: string; passwordHash: string },
): Promise<string> {
  const user = await insertUser(unit, {
    email: unreachableEmails(id, 'webhook')[0] ?? id,
    name,
    role: 'CUSTOMER',
    passwordHash,
    mustChangePassword: true,
  });
  await keepPreferences(unit, user.id, notificationKinds, { inApp: false, email: false });
  const member = await insertMember(unit, project, user, 'CUSTOMER');
  const { seq } = await unit.record.number(project.id, { events: 1 });
  await recordMember(unit, project, member, seq);
  return user.id;
}
