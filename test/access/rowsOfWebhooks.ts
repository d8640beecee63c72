import { line, projectLead, unique, type Outcomes, type Row } from './outcomes.js';

const leadRead: Outcomes = { own: '++x? xx? x!', other: '+??x ??x ?!', missing: '???? ??? ?!' };
const leadWrite: Outcomes = { own: '++x? xx? x!', other: '+??x ??x x!', missing: '???? ??? x!' };

export const rowsOfWebhooks: Readonly<Record<string, Row>> = {
  'webhooks.list': line(leadRead, async ({ at }) => ({ projectId: await at.project() })),
  'webhooks.create': line(projectLead, async ({ at }) => ({
    projectId: await at.spareProject(),
    url: 'https://example.com/hook',
  })),
  'webhooks.update': line(leadWrite, async ({ at }) => ({
    webhookId: await at.webhook(),
    patch: { description: unique('Words') },
  })),
  'webhooks.delete': line(leadWrite, async ({ at }) => ({ webhookId: await at.webhook() })),
  'webhooks.rotateSecret': line(leadWrite, async ({ at }) => ({ webhookId: await at.webhook() })),
  'webhooks.deliveries': line(leadRead, async ({ at }) => ({ webhookId: await at.webhook() })),
  'webhooks.delivery': line(leadRead, async ({ at }) => ({ deliveryId: await at.delivery() })),
  'webhooks.redeliver': line(leadWrite, async ({ at }) => ({ deliveryId: await at.delivery() })),
  'webhooks.incoming.list': line(leadRead, async ({ at }) => ({ projectId: await at.project() })),
  'webhooks.incoming.create': line(projectLead, async ({ at }) => ({
    projectId: await at.spareProject(),
    name: unique('GitHub'),
  })),
  'webhooks.incoming.update': line(leadWrite, async ({ at }) => ({
    incomingId: await at.incomingWebhook(),
    patch: { name: unique('GitHub') },
  })),
  'webhooks.incoming.delete': line(leadWrite, async ({ at }) => ({ incomingId: await at.incomingWebhook() })),
  'webhooks.incoming.rotateSecret': line(leadWrite, async ({ at }) => ({ incomingId: await at.incomingWebhook() })),
  'webhooks.incoming.deliveries': line(leadRead, async ({ at }) => ({ incomingId: await at.incomingWebhook() })),
};
