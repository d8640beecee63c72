import type { Routes } from './routeLine.js';

/** What is told to other systems, and what they tell; see `routes`. */
export const routesOfWebhooks = {
  'webhooks.list': { at: 'GET /api/projects/{idOrKey=projectId}/webhooks', says: 'Where events of a project are sent' },
  'webhooks.create': {
    at: 'POST /api/projects/{idOrKey=projectId}/webhooks',
    says: 'Have events of a project sent somewhere; the secret that signs them is shown this once',
    makes: '/api/webhooks/{id}',
    example: { url: 'https://example.com/baton', eventTypes: ['ticket.created', 'ticket.updated'] },
  },
  'webhooks.update': {
    at: 'PATCH /api/webhooks/{id=webhookId}',
    says: 'Change a webhook, or turn it off and on',
    example: { active: false },
  },
  'webhooks.delete': { at: 'DELETE /api/webhooks/{id=webhookId}', says: 'Remove a webhook' },
  'webhooks.rotateSecret': {
    at: 'POST /api/webhooks/{id=webhookId}/secret',
    says: 'Give a webhook another secret; the one before stays good for a while',
    example: { graceHours: 24 },
  },
  'webhooks.deliveries': {
    at: 'GET /api/webhooks/{id=webhookId}/deliveries',
    says: 'What a webhook was sent, the newest first',
    example: { status: 'FAILED' },
  },
  'webhooks.delivery': {
    at: 'GET /api/deliveries/{id=deliveryId}',
    says: 'One delivery, with what was sent and answered',
  },
  'webhooks.redeliver': {
    at: 'POST /api/deliveries/{id=deliveryId}/redeliver',
    says: 'Send a delivery again, under the same id',
  },
  'webhooks.incoming.list': {
    at: 'GET /api/projects/{idOrKey=projectId}/incoming-webhooks',
    says: 'Where other systems tell a project what happens there',
  },
  'webhooks.incoming.create': {
    at: 'POST /api/projects/{idOrKey=projectId}/incoming-webhooks',
    says: 'Let GitHub tell a project of its issues; the secret is shown this once',
    makes: '/api/incoming-webhooks/{id}',
    example: { kind: 'GITHUB', name: 'GitHub' },
  },
  'webhooks.incoming.update': {
    at: 'PATCH /api/incoming-webhooks/{id=incomingId}',
    says: 'Change an incoming webhook, or turn it off and on',
    example: { active: false },
  },
  'webhooks.incoming.delete': {
    at: 'DELETE /api/incoming-webhooks/{id=incomingId}',
    says: 'Remove an incoming webhook; its tickets stay',
  },
  'webhooks.incoming.rotateSecret': {
    at: 'POST /api/incoming-webhooks/{id=incomingId}/secret',
    says: 'Give an incoming webhook another secret; the one before stays good for a while',
    example: { graceHours: 24 },
  },
  'webhooks.incoming.deliveries': {
    at: 'GET /api/incoming-webhooks/{id=incomingId}/deliveries',
    says: 'What came, and what was made of it, the newest first',
  },
} satisfies Partial<Routes>;
