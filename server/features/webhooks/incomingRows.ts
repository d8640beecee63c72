import type { ProjectRole } from '../../../contract/project.js';
import { decodeRow } from '../../db/decodeRow.js';
import { IncomingWebhook } from '../../db/models/IncomingWebhook.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isInside, type Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { notFound } from '../../kernel/errors.js';
import type { IncomingRow } from './incoming.present.js';
import { canManageWebhooks } from './webhooks.policy.js';

const changeable = [
  ...(['name', 'active', 'secretNo', 'previousSecretUntil', 'version', 'updatedAt', 'deletedAt', 'deletedBy'] as const),
] as const;
export const insertIncoming = insertRow(IncomingWebhook, [
  ...(['id', 'projectId', 'userId', 'kind', 'createdBy', 'createdAt'] as const),
  ...changeable,
]);
export const updateIncoming = updateRow(IncomingWebhook, changeable);

/** An incoming webhook in the audit log. */
export const incomingEntry = ({ id, projectId }: Pick<IncomingRow, 'id' | 'projectId'>) =>
  ({ entity: 'INCOMING_WEBHOOK', entityId: id, projectId }) as const;

const found = 'SELECT w.* FROM incoming_webhooks w WHERE w.id = $1 AND w.deleted_at IS NULL';
const findIncoming = statement('incoming.one', found);
const lockIncoming = statement('incoming.lock', (d) => `${found} ${d.lock('NO KEY UPDATE', 'w')}`);
const roleBeside = statement(
  'incoming.role',
  `SELECT m.role FROM incoming_webhooks w JOIN project_members m ON m.project_id = w.project_id AND m.user_id = $2
   WHERE w.id = $1`,
);

async function demandIncoming(all: RunStatement, actor: Actor, id: string, asked: typeof findIncoming) {
  const [[raw], [membership]] = await Promise.all([
    all(asked, [id]),
    all<{ role: ProjectRole }>(roleBeside, [id, actor.userId]),
  ]);
  const standing = { role: actor.role, projectRole: membership?.role ?? null };
  if (!raw || !isInside(standing)) throw notFound('incoming webhook');
  demand(canManageWebhooks(standing));
  return decodeRow(IncomingWebhook, raw);
}

/** Under its lock. @throws NOT_FOUND there is none, or none of a project that the actor is in; FORBIDDEN see `canManageWebhooks`. */
export const loadIncoming = ({ all }: UnitOfWork, actor: Actor, id: string): Promise<IncomingRow> =>
  demandIncoming(all, actor, id, lockIncoming);

/** As it is. @throws the same */
export const seeIncoming = (all: RunStatement, actor: Actor, id: string): Promise<IncomingRow> =>
  demandIncoming(all, actor, id, findIncoming);

/** For whoever knows its secret; null: there is none. With `isHeld` it stays as it is until the transaction ends. */
export async function incomingById(all: RunStatement, id: string, isHeld = false): Promise<IncomingRow | null> {
  const [raw] = await all(isHeld ? lockIncoming : findIncoming, [id]);
  return raw ? decodeRow(IncomingWebhook, raw) : null;
}
