import type { z } from 'zod';
import type { ProposeInput, ProposeReply } from '../../../../contract/proposal.js';
import { findReply } from '../../../db/idempotencyKey.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { readPlanSnapshot } from '../planSnapshot.js';
import { writePlan } from '../writePlan.js';

type Input = z.output<typeof ProposeInput>;
type Reply = z.output<typeof ProposeReply>;

/**
 * Plans who should have the tickets of a project, as it is at one event, and proposes it: what was proposed for these tickets before
 * is stale. The plan is made outside of any transaction; of a ticket that changed meanwhile nothing is proposed. A repeat
 * under its key is answered without planning again.
 * @throws NOT_FOUND no such project for this actor, or no such ticket in it; FORBIDDEN see `canPropose`; CONFLICT it is archived;
 * UNAVAILABLE too many plans are being made.
 */
export async function proposeAssignments(deps: Deps, actor: Actor, input: Input): Promise<Reply> {
  const call = { actor, procedure: 'assignments.propose', input };
  const earlier = input.idempotencyKey === undefined ? null : await findReply<Reply>(deps.db, call);
  if (earlier) return earlier.reply;
  const { projectId, filters, strategy } = input;
  const asked = { projectId, filters, now: deps.clock.now() };
  const snapshot = await deps.db.snapshot((all) => readPlanSnapshot(all, deps.db.dialect, actor, asked));
  const plan = await deps.planner.plan(snapshot.input, strategy);
  return inUnitOfWork(deps, call, (unit) => writePlan(unit, actor, { snapshot, plan, ...asked }));
}
