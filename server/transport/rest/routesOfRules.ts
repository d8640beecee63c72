import type { Routes } from './routeLine.js';

/** What a project does by itself; see `routes`. */
export const routesOfRules = {
  'rules.list': {
    at: 'GET /api/projects/{idOrKey=projectId}/rules',
    says: 'Rules of a project, in the order in which they act',
  },
  'rules.create': {
    at: 'POST /api/projects/{idOrKey=projectId}/rules',
    says: 'Make a rule',
    makes: '/api/rules/{id}',
    example: {
      name: 'Urgent ones get a holder',
      trigger: { kind: 'EVENT', types: ['ticket.created'] },
      conditions: { match: 'ALL', of: [{ field: 'priority', op: 'IS', value: ['URGENT'] }] },
      actions: [{ kind: 'ASSIGN', to: { strategy: 'LEAST_LOADED' } }],
    },
  },
  'rules.update': { at: 'PATCH /api/rules/{id=ruleId}', says: 'Change a rule', example: { active: false } },
  'rules.delete': { at: 'DELETE /api/rules/{id=ruleId}', says: 'Take a rule out of its project' },
  'rules.dryRun': {
    at: 'POST /api/projects/{idOrKey=projectId}/rules/dry-run',
    says: 'What a rule would have done; nothing is written',
    example: {
      rule: {
        trigger: { kind: 'EVENT', types: ['ticket.created'] },
        conditions: { match: 'ALL', of: [] },
        actions: [{ kind: 'TAG', tags: ['new'] }],
      },
    },
  },
  'rules.runs': { at: 'GET /api/projects/{idOrKey=projectId}/rule-runs', says: 'What the rules of a project did' },
} satisfies Partial<Routes>;
