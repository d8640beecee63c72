import type { z } from 'zod';
import { CreateRuleInput } from '../../../contract/rule.js';
import { createRule } from '../../../server/features/rules/commands/createRule.js';
import { rulesConsumer } from '../../../server/features/rules/rulesConsumer.js';
import { listRuns } from '../../../server/features/rules/rules.queries.js';
import type { Deps } from '../../../server/features/deps.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { consumeAll } from '../../../server/realtime/consumers/keepConsuming.js';
import type { Dialect } from '../../support/services.js';
import { aTicketWorld, parsed, type TicketWorld } from '../../support/ticketWorld.js';

type Draft = Partial<z.input<typeof CreateRuleInput>>;

export interface RuleWorld extends TicketWorld {
  /** Makes a rule of the world's project, upon new tickets unless it says otherwise. */
  rule(draft: Draft, actor?: Actor): ReturnType<typeof createRule>;
  /** Lets rules act until there is nothing left to act upon. */
  act(): Promise<void>;
  /** Newest first. */
  runs(): Promise<Awaited<ReturnType<typeof listRuns>>['items']>;
}

export const acting = (deps: Deps): Promise<void> =>
  consumeAll({ ...deps, observer: { consumed: () => undefined } }, rulesConsumer(deps));

export async function aRuleWorld(dialect: Dialect): Promise<RuleWorld> {
  const world = await aTicketWorld(dialect);
  await acting(world.deps);
  let made = 0;
  return {
    ...world,
    rule: (draft, actor = world.lead) =>
      createRule(
        world.deps,
        actor,
        parsed(CreateRuleInput, {
          projectId: world.project.id,
          name: `Rule ${++made}`,
          trigger: { kind: 'EVENT', types: ['ticket.created'] },
          actions: [{ kind: 'TAG', tags: [`tag ${made}`] }],
          ...draft,
        }),
      ),
    act: () => acting(world.deps),
    runs: async () => (await listRuns(world.db, world.admin, { projectId: world.project.id, limit: 200 })).items,
  };
}
