import { decodeRow } from '../../db/decodeRow.js';
import { Webhook } from '../../db/models/Webhook.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { viewOfProjectEvent } from '../../realtime/audience.js';
import type { LogConsumer } from '../../realtime/consumers/logConsumer.js';
import type { ProjectEntry } from '../../realtime/eventLog.js';
import type { AccessFacts } from '../auth/accessFacts.js';
import type { Deps } from '../deps.js';
import { enqueueDelivery } from './enqueueDelivery.js';
import type { WebhookRow } from './webhooks.present.js';

type Hook = Pick<WebhookRow, 'id' | 'eventTypes' | 'sinceSeq'>;

const isOn = 'w.active AND w.deleted_at IS NULL';
const hooksOf = statement(
  'webhooks.ofProject',
  `SELECT w.id, w.event_types, w.since_seq FROM webhooks w WHERE w.project_id = $1 AND ${isOn} ORDER BY w.id`,
);

/** A webhook sees what one of the staff sees who is in no private channel, and nothing that was withdrawn. */
const staffOf = (projectId: string): AccessFacts => ({
  userId: '',
  role: 'AGENT',
  active: true,
  projects: new Map([[projectId, 'MEMBER']]),
  channels: new Map(),
  liveSessions: new Set(),
});

/** Puts each event into the queues of the webhooks of its project that want it, exactly once. */
export function webhooksConsumer({ webhooks, webhooksSoon }: Pick<Deps, 'webhooks' | 'webhooksSoon'>): LogConsumer {
  // Asked once for the events of one transaction.
  const known = new WeakMap<UnitOfWork, Promise<Hook[]>>();
  const hooksIn = (unit: UnitOfWork, projectId: string): Promise<Hook[]> => {
    const found = known.get(unit) ?? findHooks(unit, projectId);
    known.set(unit, found);
    return found;
  };
  return {
    name: 'webhooks',
    interest: `EXISTS (SELECT 1 FROM webhooks w WHERE w.project_id = c.project_id AND ${isOn})`,
    batch: 50,
    handle: async (unit, entry) => {
      const hooks = await hooksIn(unit, entry.event.projectId);
      enqueueFor(unit, hooks, entry, webhooks.giveUpMs);
    },
    handled: webhooksSoon,
  };
}

const findHooks = async (unit: UnitOfWork, projectId: string): Promise<Hook[]> =>
  (await unit.all(hooksOf, [projectId])).map((row) => decodeRow(Webhook, row));

function enqueueFor(unit: UnitOfWork, hooks: readonly Hook[], entry: ProjectEntry, giveUpMs: number): void {
  const wanting = hooks.filter(
    ({ eventTypes, sinceSeq }) =>
      entry.seq > sinceSeq && (eventTypes.length === 0 || eventTypes.includes(entry.event.type)),
  );
  if (wanting.length === 0) return;
  const event = viewOfProjectEvent(entry, staffOf(entry.event.projectId));
  if (event === null) return;
  const body = JSON.stringify(event);
  for (const { id: webhookId } of wanting)
    enqueueDelivery(unit, { webhookId, dedupeKey: event.id, event, body }, giveUpMs);
}
