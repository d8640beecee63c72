import { limits } from '../../../contract/limits.js';
import type { ProjectRole } from '../../../contract/project.js';
import { statement, type RunStatement, type Statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isInside, type Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { canManageWebhooks } from './webhooks.policy.js';

interface Kind<Row> {
  readonly table: 'webhooks' | 'incoming_webhooks';
  /** Before the names of its statements. */
  readonly prefix: string;
  readonly noun: string;
  readonly decode: (raw: object) => Row;
}

/** How rows of one kind of webhooks are found, and how many there may be: both kinds are of their project's leads alone. */
export function ofLeads<Row>({ table, prefix, noun, decode }: Kind<Row>) {
  const found = `SELECT w.* FROM ${table} w WHERE w.id = $1 AND w.deleted_at IS NULL`;
  const one = statement(`${prefix}.one`, found);
  const lock = statement(`${prefix}.lock`, (d) => `${found} ${d.lock('NO KEY UPDATE', 'w')}`);
  const roleBeside = statement(
    `${prefix}.role`,
    `SELECT m.role FROM ${table} w JOIN project_members m ON m.project_id = w.project_id AND m.user_id = $2
     WHERE w.id = $1`,
  );
  const countOf = statement(
    `${prefix}.count`,
    `SELECT CAST(count(*) AS INTEGER) AS n FROM ${table} WHERE project_id = $1 AND deleted_at IS NULL`,
  );

  async function allowed(all: RunStatement, actor: Actor, id: string, asked: Statement, named: string): Promise<Row> {
    const [[raw], [membership]] = await Promise.all([
      all(asked, [id]),
      all<{ role: ProjectRole }>(roleBeside, [id, actor.userId]),
    ]);
    const standing = { role: actor.role, projectRole: membership?.role ?? null };
    if (!raw || !isInside(standing)) throw notFound(named);
    demand(canManageWebhooks(standing));
    return decode(raw);
  }

  return {
    /** For whoever needs no leave; null: there is none. With `isHeld` it stays as it is until the transaction ends. */
    byId: async (all: RunStatement, id: string, isHeld = false): Promise<Row | null> => {
      const [raw] = await all(isHeld ? lock : one, [id]);
      return raw ? decode(raw) : null;
    },
    /** As it is; what is looked for by it may have another name. @throws NOT_FOUND none of a project that the actor is in; FORBIDDEN see `canManageWebhooks`. */
    see: (all: RunStatement, actor: Actor, id: string, named = noun): Promise<Row> =>
      allowed(all, actor, id, one, named),
    /** Under its lock. @throws the same */
    load: ({ all }: UnitOfWork, actor: Actor, id: string): Promise<Row> => allowed(all, actor, id, lock, noun),
    /** @throws CONFLICT the project has as many as it can have. */
    demandRoom: async ({ all }: UnitOfWork, projectId: string): Promise<void> => {
      const [count] = await all<{ n: number }>(countOf, [projectId]);
      if ((count?.n ?? 0) < limits.webhooksOfProject) return;
      throw new AppError('CONFLICT', `A project has at most ${limits.webhooksOfProject} ${noun}s.`);
    },
  };
}
