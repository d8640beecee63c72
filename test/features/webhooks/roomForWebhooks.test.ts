import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateIncomingInput } from '../../../contract/incomingWebhook.js';
import { limits } from '../../../contract/limits.js';
import { createIncoming } from '../../../server/features/webhooks/commands/createIncoming.js';
import { deleteIncoming } from '../../../server/features/webhooks/commands/deleteIncoming.js';
import { deleteWebhook } from '../../../server/features/webhooks/commands/deleteWebhook.js';
import { describeEachDialect } from '../../support/services.js';
import { parsed, refusal } from '../../support/ticketWorld.js';
import { aHookWorld, type HookWorld } from './hookWorld.js';

describeEachDialect('a project has', (dialect) => {
  let world: HookWorld;
  beforeAll(async () => {
    world = await aHookWorld(dialect);
  });
  afterAll(() => world.close());

  const incoming = () => {
    const input = parsed(CreateIncomingInput, { projectId: world.project.id, name: 'GitHub' });
    return createIncoming(world.deps, world.lead, input);
  };
  const kinds = [
    {
      kind: 'webhooks',
      make: () => world.hook(),
      remove: (webhookId: string) => deleteWebhook(world.deps, world.lead, { webhookId }),
    },
    {
      kind: 'incoming webhooks',
      make: incoming,
      remove: (incomingId: string) => deleteIncoming(world.deps, world.lead, { incomingId }),
    },
  ];

  it.each(kinds)('room for so many $kind and no more, and one that is gone makes room', async ({ make, remove }) => {
    const { id } = await make();
    for (let nth = 1; nth < limits.webhooksOfProject; nth++) await make();

    await refusal(world, 'CONFLICT', make);

    await remove(id);
    expect((await make()).id).not.toBe(id);
    await refusal(world, 'CONFLICT', make);
  });
});
