import { CreateCustomFieldInput } from '../../../contract/customField.js';
import { CreateIncomingInput } from '../../../contract/incomingWebhook.js';
import { CreateRuleInput } from '../../../contract/rule.js';
import { CreateSlaPolicyInput } from '../../../contract/sla.js';
import { CreateViewInput } from '../../../contract/view.js';
import { CreateWebhookInput } from '../../../contract/webhook.js';
import { createCustomField } from '../../../server/features/customFields/commands/createCustomField.js';
import { createRule } from '../../../server/features/rules/commands/createRule.js';
import { createSlaPolicy } from '../../../server/features/sla/commands/createSlaPolicy.js';
import { createView } from '../../../server/features/views/commands/createView.js';
import { createIncoming } from '../../../server/features/webhooks/commands/createIncoming.js';
import { createWebhook } from '../../../server/features/webhooks/commands/createWebhook.js';
import { aDelivery } from '../../support/deliveries.js';
import { aProject } from '../../support/people.js';
import { parsed } from '../../support/ticketWorld.js';
import { nextNumber, type Making } from './making.js';

export interface SettingsThere {
  readonly project: () => Promise<string>;
  readonly projectKey: () => Promise<string>;
  /** Another project of the same people. */
  readonly spareProject: () => Promise<string>;
  /** A view that is shared in the project. */
  readonly view: () => Promise<string>;
  readonly customField: () => Promise<string>;
  /** One that is not active. */
  readonly rule: () => Promise<string>;
  readonly slaPolicy: () => Promise<string>;
  readonly webhook: () => Promise<string>;
  /** To that webhook. */
  readonly delivery: () => Promise<string>;
  readonly incomingWebhook: () => Promise<string>;
}

export function settingsIn({ app, project, team, word, one }: Making): SettingsThere {
  const { deps, admin } = app;
  /** Made in a project of its own: one has only so many. */
  const alone = (name: string, make: (projectId: string) => Promise<{ readonly id: string }>) => () =>
    one(name, async () => (await make((await aProject(app, team)).id)).id);

  const webhook = alone('webhook', (projectId) => {
    const input = { projectId, url: 'https://example.com/', description: word ?? '' };
    return createWebhook(deps, admin, parsed(CreateWebhookInput, input));
  });
  return {
    project: async () => project.id,
    projectKey: async () => project.key,
    spareProject: () => one('spareProject', async () => (await aProject(app, team)).id),
    view: () =>
      one('view', async () => {
        const name = `${word ?? 'A view'} ${nextNumber()}`;
        const input = { name, projectId: project.id, filter: {}, shared: true };
        return (await createView(deps, admin, parsed(CreateViewInput, input))).id;
      }),
    customField: alone('customField', (projectId) => {
      const input = { projectId, key: 'note', kind: 'TEXT', label: word ?? 'Note' } as const;
      return createCustomField(deps, admin, parsed(CreateCustomFieldInput, input));
    }),
    rule: alone('rule', (projectId) => {
      const input = {
        projectId,
        name: word ?? 'A rule',
        active: false,
        trigger: { kind: 'EVENT' as const, types: ['ticket.created' as const] },
        actions: [{ kind: 'UNASSIGN' as const }],
      };
      return createRule(deps, admin, parsed(CreateRuleInput, input));
    }),
    slaPolicy: alone('slaPolicy', (projectId) => {
      const promise = { resolveMinutes: 60, calendar: { timeZone: 'UTC' } };
      const input = { projectId, name: word ?? 'In an hour', ...promise };
      return createSlaPolicy(deps, admin, parsed(CreateSlaPolicyInput, input));
    }),
    webhook,
    delivery: () => one('delivery', async () => aDelivery(app, await webhook(), word)),
    incomingWebhook: alone('incomingWebhook', (projectId) =>
      createIncoming(deps, admin, parsed(CreateIncomingInput, { projectId, name: word ?? 'GitHub' })),
    ),
  };
}
