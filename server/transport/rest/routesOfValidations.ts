import type { Routes } from './routeLine.js';

/** What compares systems with each other, and what that finds; see `routes`. */
export const routesOfValidations = {
  'validations.sessions.list': {
    at: 'GET /api/validations/sessions',
    says: 'Validations that I see, page by page, with how many there are',
    example: { status: ['COMPLETED'], technology: 'Jira' },
  },
  'validations.sessions.get': {
    at: 'GET /api/validations/sessions/{id=sessionId}',
    says: 'One validation, with the steps it took and whom it is shared with',
  },
  'validations.sessions.create': {
    at: 'POST /api/validations/sessions',
    says: 'Open a validation',
    makes: '/api/validations/sessions/{id}',
    example: { name: 'Helpdesk to Baton', sourceTechnology: 'Zendesk', targetTechnology: 'Baton' },
  },
  'validations.sessions.setStatus': {
    at: 'PUT /api/validations/sessions/{id=sessionId}/status',
    says: 'Say where a validation stands, and how far it is',
    example: { status: 'RUNNING', progress: 40 },
  },
  'validations.sessions.appendLog': {
    at: 'POST /api/validations/sessions/{id=sessionId}/logs',
    says: 'Add lines to the log of a validation',
    example: { lines: [{ level: 'INFO', message: '10,000 rows compared' }] },
  },
  'validations.sessions.logs': {
    at: 'GET /api/validations/sessions/{id=sessionId}/logs',
    says: 'The log of a validation',
  },
  'validations.sessions.archive': {
    at: 'POST /api/validations/sessions/{id=sessionId}/archive',
    says: 'Put a validation away, or bring it back with `archived: false`',
  },
  'validations.sessions.delete': {
    at: 'DELETE /api/validations/sessions/{id=sessionId}',
    says: 'Delete a validation; tickets that were made of it stay',
  },
  'validations.sessions.share': {
    at: 'PUT /api/validations/sessions/{id=sessionId}/shares',
    says: 'Let somebody see a validation, or write into it; `permission: null` takes it back',
    example: { permission: 'VIEW' },
  },
  'validations.sessions.export': {
    at: 'GET /api/validations/sessions/{id=sessionId}/export',
    says: 'What a validation holds as CSV or JSON, page by page',
    example: { part: 'DISCREPANCIES', format: 'csv' },
  },
  'validations.results.add': {
    at: 'POST /api/validations/sessions/{id=sessionId}/results',
    says: 'Put down what a comparison came to',
    makes: '/api/validations/sessions/{sessionId}/results',
    example: { kind: 'DATA', compared: 12000, matched: 11950, details: { table: 'tickets' } },
  },
  'validations.results.list': {
    at: 'GET /api/validations/sessions/{id=sessionId}/results',
    says: 'The results of a validation',
  },
  'validations.results.stats': {
    at: 'GET /api/validations/sessions/{id=sessionId}/results/stats',
    says: 'What the results of a validation come to',
  },
  'validations.discrepancies.add': {
    at: 'POST /api/validations/sessions/{id=sessionId}/discrepancies',
    says: 'Put differences down; what is known already is counted',
    makes: '/api/validations/discrepancies?sessionId={sessionId}',
    example: {
      discrepancies: [
        { type: 'VALUE', severity: 'HIGH', sourcePath: 'tickets/7/priority', expected: 'URGENT', actual: 'HIGH' },
      ],
    },
  },
  'validations.discrepancies.list': {
    at: 'GET /api/validations/discrepancies',
    says: 'Differences that were found',
    example: { status: ['OPEN'], severity: ['CRITICAL'] },
  },
  'validations.discrepancies.trends': {
    at: 'GET /api/validations/discrepancies/trends',
    says: 'What was found and decided on each day, of a project or of a validation',
    example: { projectId: '0193629c-5a00-7abc-8def-00008158f2b9', from: '2026-11-01', to: '2026-11-30' },
  },
  'validations.discrepancies.open': {
    at: 'POST /api/validations/sessions/{id=sessionId}/discrepancies/open',
    says: 'Make a ticket of each open difference, 1,000 at most',
    example: { severity: ['HIGH', 'CRITICAL'] },
  },
  'validations.discrepancies.resolve': {
    at: 'POST /api/validations/discrepancies/resolve',
    says: 'Say that differences are no more',
    example: { reason: 'Imported again' },
  },
  'validations.discrepancies.waive': {
    at: 'POST /api/validations/discrepancies/waive',
    says: 'Say that differences may be',
    example: { reason: 'The old system never knew it' },
  },
  'validations.behavioralTests.add': {
    at: 'POST /api/validations/sessions/{id=sessionId}/behavioral-tests',
    says: 'Put down what both systems answered',
    makes: '/api/validations/sessions/{sessionId}/behavioral-tests',
    example: { tests: [{ scenario: 'Open tickets of one agent', expected: 12, actual: 12, durationMs: 4 }] },
  },
  'validations.behavioralTests.list': {
    at: 'GET /api/validations/sessions/{id=sessionId}/behavioral-tests',
    says: 'What both systems answered',
  },
  'validations.metrics': {
    at: 'GET /api/validations/metrics',
    says: 'What validations came to, by day and by what they compare',
    example: { from: '2026-11-01', to: '2026-11-30' },
  },
} satisfies Partial<Routes>;
