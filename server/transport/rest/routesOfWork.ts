import type { Routes } from './routeLine.js';

/** Tickets and what is said and done about them; see `routes`. */
export const routesOfWork = {
  'tickets.list': {
    at: 'GET /api/tickets',
    says: 'Tickets that I see, filtered and sorted',
    example: { status: ['OPEN', 'IN_PROGRESS'], sort: { by: 'priority', dir: 'desc' } },
  },
  'tickets.search': { at: 'GET /api/tickets/search', says: 'Search tickets by words', example: { text: 'printer' } },
  'tickets.counts': { at: 'GET /api/tickets/counts', says: 'How many tickets a project has, by status and assignee' },
  'tickets.export': [
    { at: 'GET /api/tickets/export', says: 'Tickets as CSV or JSON, page by page', example: { format: 'csv' } },
    { at: 'GET /api/tickets/export.csv', says: 'Tickets as a CSV file', file: 'csv' },
    { at: 'GET /api/tickets/export.json', says: 'Tickets as a JSON file', file: 'json' },
    { at: 'GET /api/tickets/table.csv', says: 'Tickets as the table that tickets.sync reads', file: 'table' },
  ],
  'tickets.sync': {
    at: 'POST /api/tickets/sync',
    says: 'Take tickets over from CSV: made, or brought up to date, with a report on each row',
    example: {
      source: 'planning',
      csv: 'id,description,story_points,required_skill,priority,due_date\nT-1,The printer is on fire,3,Hardware,HIGH,2026-12-01\n',
    },
  },
  'tickets.get': { at: 'GET /api/tickets/{idOrKey=ticketId}', says: 'One ticket, by id or key' },
  'tickets.create': {
    at: 'POST /api/tickets',
    says: 'Make a ticket',
    makes: '/api/tickets/{key}',
    example: { title: 'The printer is on fire', priority: 'URGENT', category: 'TECHNICAL' },
  },
  'tickets.update': {
    at: 'PATCH /api/tickets/{idOrKey=ticketId}',
    says: 'Change a ticket; with `expectedVersion`, a lost race on the same field is a conflict',
    example: { status: 'IN_PROGRESS', expectedVersion: 3 },
  },
  'tickets.delete': { at: 'DELETE /api/tickets/{idOrKey=ticketId}', says: 'Delete a ticket; it can be restored' },
  'tickets.restore': { at: 'POST /api/tickets/{idOrKey=ticketId}/restore', says: 'Bring back a deleted ticket' },
  'tickets.move': { at: 'POST /api/tickets/{idOrKey=ticketId}/move', says: 'Put a ticket into another project' },
  'tickets.bulkUpdate': {
    at: 'POST /api/tickets/bulk-update',
    says: 'Change up to 1,000 tickets alike, with a report on each',
    example: { priority: 'HIGH' },
  },
  'tickets.timeline': { at: 'GET /api/tickets/{idOrKey=ticketId}/timeline', says: 'All that happened to a ticket' },
  'tickets.history': { at: 'GET /api/tickets/{idOrKey=ticketId}/history', says: 'Each changed field of a ticket' },

  'search.find': {
    at: 'GET /api/search',
    says: 'Search tickets, comments and messages, with where they hold it',
    example: { text: 'printer status:open' },
  },

  'tickets.tag': {
    at: 'POST /api/tickets/{idOrKey=ticketId}/tags',
    says: 'Give a ticket tags',
    example: { tags: ['printer', 'vip'] },
  },
  'tickets.untag': { at: 'POST /api/tickets/{idOrKey=ticketId}/untag', says: 'Take tags off a ticket' },
  'tags.list': {
    at: 'GET /api/projects/{idOrKey=projectId}/tags',
    says: 'Tags of a project, with how many tickets carry them',
  },
  'tickets.watch': { at: 'PUT /api/tickets/{idOrKey=ticketId}/watch', says: 'Be told what happens to a ticket' },
  'tickets.unwatch': { at: 'DELETE /api/tickets/{idOrKey=ticketId}/watch', says: 'Be told no longer' },
  'tickets.watchers': { at: 'GET /api/tickets/{idOrKey=ticketId}/watchers', says: 'Who watches a ticket' },
  'tickets.link': {
    at: 'POST /api/tickets/{idOrKey=ticketId}/links',
    says: 'Say how a ticket stands to another one',
    example: { type: 'BLOCKS' },
  },
  'tickets.unlink': { at: 'POST /api/tickets/{idOrKey=ticketId}/unlink', says: 'Take such a word back' },
  'tickets.merge': { at: 'POST /api/tickets/{idOrKey=ticketId}/merge', says: 'Make a ticket part of another one' },
  'tickets.unmerge': { at: 'POST /api/tickets/{idOrKey=ticketId}/unmerge', says: 'Take a merge back' },
  'tickets.split': {
    at: 'POST /api/tickets/{idOrKey=ticketId}/split',
    says: 'Make a ticket of its own out of some comments',
    makes: '/api/tickets/{key}',
    example: { title: 'And the toner is empty' },
  },

  'tasks.list': { at: 'GET /api/tasks', says: 'Tasks that I see', example: { status: ['OPEN'] } },
  'tasks.get': { at: 'GET /api/tasks/{id=taskId}', says: 'One task' },
  'tasks.create': {
    at: 'POST /api/tasks',
    says: 'Make a task',
    makes: '/api/tasks/{id}',
    example: { title: 'Write the release notes', estimatedHours: 3, dueDate: '2026-12-01' },
  },
  'tasks.update': { at: 'PATCH /api/tasks/{id=taskId}', says: 'Change a task', example: { status: 'REVIEW' } },
  'tasks.delete': { at: 'DELETE /api/tasks/{id=taskId}', says: 'Delete a task' },

  'assignments.list': {
    at: 'GET /api/assignments',
    says: 'Who holds what, or held it',
    example: { status: 'ACTIVE' },
  },
  'assignments.assign': {
    at: 'POST /api/assignments',
    says: 'Give a ticket to somebody',
    makes: '/api/assignments/{id}',
    example: { reason: 'Knows the printer' },
  },
  'assignments.claim': { at: 'POST /api/tickets/{idOrKey=ticketId}/claim', says: 'Take a ticket that nobody holds' },
  'assignments.reassign': {
    at: 'PUT /api/assignments/{id=assignmentId}/reassign',
    says: 'Hand a ticket on to somebody else',
    example: { reason: 'On holiday from tomorrow' },
  },
  'assignments.remove': { at: 'DELETE /api/assignments/{id=assignmentId}', says: 'End an assignment' },
  'assignments.history': [
    { at: 'GET /api/assignments/{id=assignmentId}/history', says: 'What happened to an assignment' },
    { at: 'GET /api/tickets/{idOrKey=ticketId}/assignments/history', says: 'Through whose hands a ticket went' },
  ],
  'assignments.save': { at: 'POST /api/assignments/save', says: 'Give many tickets to people: all or none' },

  'assignments.propose': {
    at: 'POST /api/assign-tickets',
    says: 'Plan who should have the tickets of a project, and propose it',
    example: { projectId: '0193629c-5a00-7abc-8def-00008158f2b9', filters: { priority: ['URGENT', 'HIGH'] } },
  },
  'assignments.approve': { at: 'POST /api/assignments/approve', says: 'Make assignments of proposals: all or none' },
  'assignments.reject': {
    at: 'POST /api/assignments/reject',
    says: 'Turn proposals down; these pairs are not proposed again',
    example: { reason: 'On another project until spring' },
  },
  'assignments.reset': {
    at: 'POST /api/projects/{idOrKey=projectId}/proposals/reset',
    says: 'Take back what is proposed and not decided on',
  },
  'assignments.proposals.list': { at: 'GET /api/proposals', says: 'Proposals of who should have a ticket' },
  'assignments.proposals.get': { at: 'GET /api/proposals/{id=proposalId}', says: 'A proposal, and why it was made' },
  'assignments.runs.list': {
    at: 'GET /api/projects/{idOrKey=projectId}/assignment-runs',
    says: 'The plans of a project, the latest first',
  },
  'assignments.runs.get': { at: 'GET /api/assignment-runs/{id=runId}', says: 'A plan, and what it could not place' },

  'comments.list': { at: 'GET /api/tickets/{idOrKey=ticketId}/comments', says: 'Comments on a ticket' },
  'comments.create': {
    at: 'POST /api/tickets/{idOrKey=ticketId}/comments',
    says: 'Comment on a ticket',
    makes: '/api/comments/{id}',
    example: { content: 'It is out. The toner is not.', visibility: 'PUBLIC' },
  },
  'comments.update': {
    at: 'PATCH /api/comments/{id=commentId}',
    says: 'Change a comment',
    example: { content: 'It is out, and the toner is back.' },
  },
  'comments.delete': { at: 'DELETE /api/comments/{id=commentId}', says: 'Take a comment back' },

  'attachments.list': { at: 'GET /api/tickets/{idOrKey=ticketId}/attachments', says: 'Files of a ticket' },
  'attachments.get': { at: 'GET /api/attachments/{id=attachmentId}', says: 'One file, and where to fetch it' },
  'attachments.create': {
    at: 'POST /api/tickets/{idOrKey=ticketId}/attachments',
    says: 'Announce a file; its bytes go to the `uploadUrl` by PUT',
    makes: '/api/attachments/{attachment.id}',
    example: { filename: 'photo.jpg', size: 48213 },
  },
  'attachments.delete': { at: 'DELETE /api/attachments/{id=attachmentId}', says: 'Take a file away' },

  'conversations.list': { at: 'GET /api/conversations', says: 'Channels and direct conversations that I see' },
  'conversations.get': { at: 'GET /api/conversations/{id=conversationId}', says: 'One conversation' },
  'conversations.create': {
    at: 'POST /api/conversations',
    says: 'Start a channel of a project, or talk directly',
    makes: '/api/conversations/{id}',
    example: { kind: 'CHANNEL', projectId: '0193629c-5a00-7abc-8def-00008158f2b9', name: 'Releases' },
  },
  'conversations.update': {
    at: 'PATCH /api/conversations/{id=conversationId}',
    says: 'Change a channel',
    example: { description: 'What goes out, and when' },
  },
  'conversations.archive': {
    at: 'POST /api/conversations/{id=conversationId}/archive',
    says: 'Put a channel away, or bring it back with `archived: false`',
  },
  'conversations.markRead': {
    at: 'POST /api/conversations/{id=conversationId}/mark-read',
    says: 'I have read it, up to and with this message',
    example: { until: '0193629c-5a00-7abc-8def-00008158f2b9' },
  },
  'conversations.members.list': {
    at: 'GET /api/conversations/{id=conversationId}/members',
    says: 'Who is in a conversation',
  },
  'conversations.members.add': {
    at: 'POST /api/conversations/{id=conversationId}/members',
    says: 'Let somebody into a channel',
    makes: '/api/conversations/{conversationId}/members/{userId}',
  },
  'conversations.members.remove': {
    at: 'DELETE /api/conversations/{id=conversationId}/members/{userId}',
    says: 'Take somebody out of a channel, or leave it',
  },
  'messages.list': {
    at: 'GET /api/conversations/{id=conversationId}/messages',
    says: 'What was said in a conversation',
  },
  'messages.thread': { at: 'GET /api/messages/{id=messageId}/thread', says: 'A message and the answers to it' },
  'messages.post': {
    at: 'POST /api/conversations/{id=conversationId}/messages',
    says: 'Say something',
    makes: '/api/messages/{id}/thread',
    example: { content: 'It is out. The toner is not.' },
  },
  'messages.edit': {
    at: 'PATCH /api/messages/{id=messageId}',
    says: 'Change what one said',
    example: { content: 'It is out, and the toner is back.' },
  },
  'messages.delete': { at: 'DELETE /api/messages/{id=messageId}', says: 'Take a message back' },

  'notifications.list': {
    at: 'GET /api/notifications',
    says: 'What I should know, the newest first, and how much is unread',
  },
  'notifications.markRead': {
    at: 'POST /api/notifications/mark-read',
    says: 'I have read these, or all so far',
    example: { ids: ['0193629c-5a00-7abc-8def-00008158f2b9'] },
  },
  'notifications.preferences.get': { at: 'GET /api/notifications/preferences', says: 'What I am notified of' },
  'notifications.preferences.update': {
    at: 'PATCH /api/notifications/preferences',
    says: 'Choose what I am notified of',
  },

  'stats.dashboard': { at: 'GET /api/stats/dashboard', says: 'How many tickets there are, by this and that' },
  'stats.assignments': { at: 'GET /api/stats/assignments', says: 'How much everybody holds' },
  'stats.throughput': {
    at: 'GET /api/stats/throughput',
    says: 'What was made and done on each day',
    example: { from: '2026-11-01', to: '2026-11-30' },
  },
  'stats.timeToResolve': {
    at: 'GET /api/stats/time-to-resolve',
    says: 'How long the first response and the solution took',
    example: { from: '2026-11-01', to: '2026-11-30' },
  },

  'views.list': { at: 'GET /api/views', says: 'Saved filters, mine and those shared with me' },
  'views.create': {
    at: 'POST /api/views',
    says: 'Save a filter under a name',
    makes: '/api/views/{id}',
    example: { name: 'Urgent and free', filter: { priority: ['URGENT'], unassigned: true } },
  },
  'views.update': { at: 'PATCH /api/views/{id=viewId}', says: 'Change a saved filter', example: { name: 'Urgent' } },
  'views.delete': { at: 'DELETE /api/views/{id=viewId}', says: 'Forget a saved filter' },

  'sla.list': {
    at: 'GET /api/projects/{idOrKey=projectId}/sla-policies',
    says: 'What is promised for tickets of a project',
  },
  'sla.create': {
    at: 'POST /api/projects/{idOrKey=projectId}/sla-policies',
    says: 'Promise a first response or a solution in time',
    makes: '/api/sla-policies/{id}',
    example: {
      name: 'Urgent ones in office hours',
      priorities: ['URGENT'],
      firstResponseMinutes: 60,
      resolveMinutes: 480,
    },
  },
  'sla.update': {
    at: 'PATCH /api/sla-policies/{id=policyId}',
    says: 'Change what is promised; running clocks keep their terms unless reapply is said',
    example: { resolveMinutes: 240 },
  },
  'sla.delete': { at: 'DELETE /api/sla-policies/{id=policyId}', says: 'End a promise; running clocks go on' },

  'projects.fields.list': { at: 'GET /api/projects/{idOrKey=projectId}/fields', says: 'Custom fields of a project' },
  'projects.fields.create': {
    at: 'POST /api/projects/{idOrKey=projectId}/fields',
    says: 'Add a custom field',
    makes: '/api/fields/{id}',
    example: { key: 'serialNumber', label: 'Serial number', kind: 'TEXT' },
  },
  'projects.fields.update': {
    at: 'PATCH /api/fields/{id=fieldId}',
    says: 'Change a custom field',
    example: { label: 'Serial no.' },
  },
  'projects.fields.remove': { at: 'DELETE /api/fields/{id=fieldId}', says: 'Remove a custom field' },

  'presence.set': [
    { at: 'PUT /api/tickets/{idOrKey=ticketId}/presence', says: 'Tell that I type at a ticket, for some seconds' },
    { at: 'PUT /api/conversations/{id=conversationId}/presence', says: 'Tell that I type in a conversation' },
  ],
} satisfies Partial<Routes>;
