import type { NodeHealth, StatementList, SubscriptionList } from '../../../contract/admin.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import type { Deps } from '../deps.js';
import { canInspect } from './admin.policy.js';

const namesOf = statement('admin.names', (d) => `SELECT id, name FROM users WHERE ${d.anyOf('id', '$1')}`);

/** @throws FORBIDDEN not an administrator. */
export async function nodeHealth(deps: Deps, actor: Actor): Promise<NodeHealth> {
  demand(canInspect(actor));
  return deps.health();
}

/** How long the statements of this process took. @throws FORBIDDEN not an administrator. */
export function listStatements({ db, hub }: Deps, actor: Actor, limit: number): StatementList {
  demand(canInspect(actor));
  const all = db.profile.top();
  return { node: hub.node, total: all.length, items: all.slice(0, limit) };
}

/** Who follows what in this process, those furthest behind first. @throws FORBIDDEN not an administrator. */
export async function listSubscriptions(
  deps: Deps,
  actor: Actor,
  { userId, limit }: { userId?: string | undefined; limit: number },
): Promise<SubscriptionList> {
  demand(canInspect(actor));
  const all = deps.hub.running.list().filter(({ viewer }) => userId === undefined || viewer.userId === userId);
  const items = all
    .toSorted((a, b) => b.behind - a.behind || b.waitingBytes - a.waitingBytes || a.since.getTime() - b.since.getTime())
    .slice(0, limit);
  const ids = [...new Set(items.map(({ viewer }) => viewer.userId))];
  const rows = await deps.db.all<{ id: string; name: string }>(namesOf, [ids]);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return {
    node: deps.hub.node,
    total: all.length,
    items: items.map(({ viewer, since, ...follow }) => ({
      ...follow,
      userId: viewer.userId,
      userName: names.get(viewer.userId) ?? null,
      sessionId: viewer.sessionId,
      since: since.toISOString(),
    })),
  };
}
