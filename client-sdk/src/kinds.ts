import type { KindsOf } from './call.js';
import type { Procedures } from './procedures.js';

/**
 * What each procedure is. At run time a client cannot read the types of the router, and it treats the two differently: a
 * mutation is sent alone, with an idempotency key. The compiler wants this table complete and right.
 */
export const kinds = {
  auth: {
    me: 'query',
    changePassword: 'mutation',
    sessions: { list: 'query', revoke: 'mutation' },
    apiKeys: { create: 'mutation', list: 'query', revoke: 'mutation' },
  },
  admin: { health: 'query', subscriptions: 'query' },
  users: {
    list: 'query',
    get: 'query',
    create: 'mutation',
    update: 'mutation',
    setRole: 'mutation',
    deactivate: 'mutation',
    activate: 'mutation',
  },
  departments: { list: 'query', create: 'mutation', update: 'mutation', delete: 'mutation' },
  projects: {
    list: 'query',
    get: 'query',
    create: 'mutation',
    update: 'mutation',
    archive: 'mutation',
    members: { list: 'query', add: 'mutation', setRole: 'mutation', remove: 'mutation' },
  },
  developers: { list: 'query', get: 'query', update: 'mutation' },
  skills: { list: 'query', create: 'mutation', update: 'mutation' },
  tickets: {
    list: 'query',
    get: 'query',
    create: 'mutation',
    update: 'mutation',
    delete: 'mutation',
    restore: 'mutation',
    move: 'mutation',
    search: 'query',
    counts: 'query',
    export: 'query',
    timeline: 'query',
    history: 'query',
  },
  tasks: { list: 'query', get: 'query', create: 'mutation', update: 'mutation', delete: 'mutation' },
  assignments: {
    list: 'query',
    assign: 'mutation',
    claim: 'mutation',
    reassign: 'mutation',
    remove: 'mutation',
    history: 'query',
    save: 'mutation',
  },
  stats: { dashboard: 'query', assignments: 'query', throughput: 'query', timeToResolve: 'query' },
  presence: { set: 'mutation' },
  comments: { list: 'query', create: 'mutation', update: 'mutation', delete: 'mutation' },
} as const satisfies KindsOf<Procedures>;
