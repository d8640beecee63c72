import type { Routes } from './routeLine.js';

/** People, projects, and what administrators see; see `routes`. */
export const routesOfPeople = {
  'auth.login': {
    at: 'POST /api/auth/login',
    says: 'Sign in with an address and a password',
    isOpen: true,
  },
  'auth.refresh': {
    at: 'POST /api/auth/refresh',
    says: 'Trade a refresh token for new tokens; each works once',
    isOpen: true,
  },
  'auth.renew': {
    at: 'POST /api/auth/renew',
    says: 'Show that an access token is valid; of use on a WebSocket',
    isOpen: true,
  },
  'auth.logout': { at: 'POST /api/auth/logout', says: 'End this session' },
  'auth.logoutAll': { at: 'POST /api/auth/logout-all', says: 'End all sessions of mine' },
  'auth.me': { at: 'GET /api/auth/me', says: 'Who I am, and in which projects' },
  'auth.changePassword': { at: 'PUT /api/auth/password', says: 'Choose another password' },
  'auth.sessions.list': { at: 'GET /api/auth/sessions', says: 'My sessions, the newest first' },
  'auth.sessions.revoke': { at: 'DELETE /api/auth/sessions/{id=sessionId}', says: 'End one of my sessions' },
  'auth.apiKeys.list': { at: 'GET /api/auth/api-keys', says: 'My API keys, the newest first' },
  'auth.apiKeys.create': {
    at: 'POST /api/auth/api-keys',
    says: 'Make an API key; it is shown this once',
    makes: '/api/auth/api-keys/{id}',
    example: { name: 'Nightly export', scopes: ['read'] },
  },
  'auth.apiKeys.revoke': { at: 'DELETE /api/auth/api-keys/{id=apiKeyId}', says: 'End one of my API keys' },

  'users.list': { at: 'GET /api/users', says: 'People, by name', example: { role: 'AGENT', active: true } },
  'users.get': { at: 'GET /api/users/{id=userId}', says: 'One person' },
  'users.create': { at: 'POST /api/users', says: 'Add a person', makes: '/api/users/{id}', example: { role: 'AGENT' } },
  'users.update': { at: 'PATCH /api/users/{id=userId}', says: 'Change a person', example: { title: 'First line' } },
  'users.setRole': { at: 'PUT /api/users/{id=userId}/role', says: 'Give a person another role' },
  'users.deactivate': { at: 'POST /api/users/{id=userId}/deactivate', says: 'Take away a person’s access, at once' },
  'users.activate': { at: 'POST /api/users/{id=userId}/activate', says: 'Give a person access again' },

  'departments.list': { at: 'GET /api/departments', says: 'Departments, by name' },
  'departments.create': {
    at: 'POST /api/departments',
    says: 'Add a department',
    makes: '/api/departments/{id}',
    example: { name: 'Legal', description: 'Contracts and licences' },
  },
  'departments.update': {
    at: 'PATCH /api/departments/{id=departmentId}',
    says: 'Change a department',
    example: { active: false },
  },
  'departments.delete': { at: 'DELETE /api/departments/{id=departmentId}', says: 'Remove a department' },

  'projects.list': { at: 'GET /api/projects', says: 'Projects that I see', example: { status: ['ACTIVE'] } },
  'projects.get': { at: 'GET /api/projects/{idOrKey=projectId}', says: 'One project, by id or key' },
  'projects.create': {
    at: 'POST /api/projects',
    says: 'Begin a project',
    makes: '/api/projects/{key}',
    example: { key: 'SUP', name: 'Support' },
  },
  'projects.update': {
    at: 'PATCH /api/projects/{idOrKey=projectId}',
    says: 'Change a project',
    example: { status: 'ON_HOLD' },
  },
  'projects.archive': {
    at: 'POST /api/projects/{idOrKey=projectId}/archive',
    says: 'Put a project away, or bring it back with `archived: false`',
  },
  'projects.members.list': { at: 'GET /api/projects/{idOrKey=projectId}/members', says: 'Who is in a project' },
  'projects.members.add': {
    at: 'POST /api/projects/{idOrKey=projectId}/members',
    says: 'Let somebody into a project',
    makes: '/api/projects/{projectId}/members/{userId}',
  },
  'projects.members.setRole': {
    at: 'PUT /api/projects/{idOrKey=projectId}/members/{userId}',
    says: 'Give a member another role',
  },
  'projects.members.remove': {
    at: 'DELETE /api/projects/{idOrKey=projectId}/members/{userId}',
    says: 'Take somebody out of a project',
  },

  'developers.list': { at: 'GET /api/developers', says: 'Work profiles, with workload and skills' },
  'developers.sync': {
    at: 'POST /api/developers/sync',
    says: 'Take work profiles over from CSV: made, or brought up to date, with a report on each row',
    example: {
      csv: 'name,title,experience_years,availability,skills\nAda Lovelace,Engineer,7,0.8,React; SQL:5\n',
    },
  },
  'developers.export': { at: 'GET /api/developers/export', says: 'Work profiles as CSV, page by page' },
  'developers.refreshWorkloads': {
    at: 'POST /api/developers/refresh-workloads',
    says: 'Reckon workloads anew from the tickets that people hold',
  },
  'developers.get': { at: 'GET /api/developers/{id=developerId}', says: 'One work profile' },
  'developers.update': {
    at: 'PATCH /api/developers/{id=developerId}',
    says: 'Change a work profile',
    example: { capacity: 32, availability: 0.8 },
  },

  'skills.list': { at: 'GET /api/skills', says: 'Skills, by name' },
  'skills.create': { at: 'POST /api/skills', says: 'Add a skill', makes: '/api/skills/{id}', example: { name: 'SQL' } },
  'skills.update': {
    at: 'PATCH /api/skills/{id=skillId}',
    says: 'Change a skill',
    example: { aliases: ['PostgreSQL', 'SQLite'] },
  },

  'admin.health': { at: 'GET /api/admin/health', says: 'How the node that answers does' },
  'admin.audit': {
    at: 'GET /api/admin/audit',
    says: 'Who changed what, the newest first',
    example: { entity: 'MEMBER' },
  },
  'admin.statements': { at: 'GET /api/admin/statements', says: 'How long the statements to the database take' },
  'admin.subscriptions': { at: 'GET /api/admin/subscriptions', says: 'Who follows what, the furthest behind first' },
} satisfies Partial<Routes>;
