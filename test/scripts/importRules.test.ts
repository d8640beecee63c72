import { describe, expect, it } from 'vitest';
import { findViolations } from '../../scripts/checkImports.js';

/** A small tree that keeps every rule; each test plants one violation in it. */
const soundTree: Readonly<Record<string, string>> = {
  'contract/ids.ts': `import { z } from 'zod'; export const TicketId = z.uuid();`,
  'contract/ticket.ts': `import { TicketId } from './ids.js'; export const Ticket = { id: TicketId };`,
  'server/kernel/ids.ts': `import { v7 } from 'uuid'; import { TicketId } from '../../contract/ids.js'; export const newId = () => TicketId.parse(v7());`,
  'server/db/database.ts': `import { Sequelize } from 'sequelize-typescript'; export const open = () => new Sequelize();`,
  'server/db/models/Project.ts': `import type { Ticket } from './Ticket.js'; export class Project { declare tickets?: Ticket[]; }`,
  'server/db/models/Ticket.ts': `import { Model } from 'sequelize-typescript'; import { Project } from './Project.js'; export class Ticket extends Model { project = Project; }`,
  'server/features/tickets/tickets.policy.ts': `import { newId } from '../../kernel/ids.js'; import type { Ticket } from '../../db/models/Ticket.js'; export const canClose = (t: Ticket) => newId() !== t.id;`,
  'server/features/tickets/tickets.queries.ts': `import { Ticket } from '../../db/models/Ticket.js'; export const all = () => Ticket.findAll();`,
  'server/features/tickets/tickets.procedures.ts': `import type { TRPCRouterRecord } from '@trpc/server'; import { base } from '../../rpc/trpc.js'; import { closeTicket } from './commands/closeTicket.js'; export const tickets = { base, closeTicket };`,
  'server/features/tickets/commands/closeTicket.ts': `import { canClose } from '../tickets.policy.js'; export const closeTicket = canClose;`,
  'server/features/projects/commands/closeProject.ts': `import { canClose } from '../../tickets/tickets.policy.js'; import { all } from '../../tickets/tickets.queries.js'; export const closeProject = [canClose, all];`,
  'server/rpc/trpc.ts': `import { initTRPC } from '@trpc/server'; export const base = initTRPC;`,
  'server/rpc/appRouter.ts': `import { tickets } from '../features/tickets/tickets.procedures.js'; export const appRouter = tickets; export type AppRouter = typeof appRouter;`,
  'server/app.ts': `import { appRouter } from './rpc/appRouter.js'; export const createApp = () => appRouter;`,
  'server/main.ts': `import { createApp } from './app.js'; createApp();`,
  'server/cli/serve.ts': `import { createApp } from '../app.js'; createApp();`,
  'client-sdk/src/index.ts': `export { connect } from './connect.js';`,
  'client-sdk/src/connect.ts': `import type { AppRouter } from '../../server/rpc/appRouter.js'; import { TicketId } from '../../contract/ids.js'; export const connect = (r: AppRouter) => [r, TicketId];`,
  'web/src/main.tsx': `import { connect } from '../../client-sdk/src/index.js'; import './main.css'; export const board = <p>{String(connect)}</p>;`,
  'migrations/20260101T0000-start.ts': `import { DataTypes } from 'sequelize'; export const up = () => DataTypes;`,
};

const violationsWith = (planted: Readonly<Record<string, string>>) =>
  findViolations(new Map(Object.entries({ ...soundTree, ...planted })));

const plants: readonly [name: string, path: string, text: string][] = [
  ['contract imports zod and itself', 'contract/a.ts', `import { newId } from '../server/kernel/ids.js'; newId();`],
  ['contract imports zod and itself', 'contract/a.ts', `import { v7 } from 'uuid'; v7();`],
  ['the SDK imports contract, packages', 'client-sdk/src/a.ts', `import fs from 'node:fs'; fs;`],
  [
    'the SDK imports contract, packages',
    'client-sdk/src/a.ts',
    `import type { Ticket } from '../../server/db/models/Ticket.js';`,
  ],
  ['the web board is built on', 'web/src/a.ts', `import { connect } from '../../client-sdk/src/connect.js'; connect;`],
  [
    'take a type and no code',
    'client-sdk/src/a.ts',
    `import { appRouter } from '../../server/rpc/appRouter.js'; appRouter;`,
  ],
  ['take a type and no code', 'client-sdk/src/a.ts', `import { type AppRouter } from '../../server/rpc/appRouter.js';`],
  ['take a type and no code', 'web/src/a.ts', `const app = await import('../../server/rpc/appRouter.js'); app;`],
  [
    'clients may name only AppRouter',
    'web/src/a.ts',
    `import type { appRouter } from '../../server/rpc/appRouter.js';`,
  ],
  ['clients may name only AppRouter', 'web/src/a.ts', `export type * from '../../server/rpc/appRouter.js';`],
  [
    'the server does not know its clients',
    'server/realtime/a.ts',
    `import { connect } from '../../client-sdk/src/index.js'; connect;`,
  ],
  ['does not import tests or scripts', 'server/realtime/a.ts', `import '../../test/support/services.js';`],
  ['kernel imports contract and itself', 'server/kernel/a.ts', `import { open } from '../db/database.js'; open();`],
  ['kernel imports contract and itself', 'server/kernel/a.ts', `import { readFile } from 'fs/promises'; readFile;`],
  ['storage imports itself', 'server/storage/a.ts', `import { open } from '../db/database.js'; open();`],
  ['mail imports itself', 'server/mail/a.ts', `import { newId } from '../kernel/ids.js'; newId();`],
  ['only mail/ knows', 'server/features/a/a.ts', `import { createTransport } from 'nodemailer'; createTransport;`],
  ['the planner reckons', 'server/planner/a.ts', `import { open } from '../db/database.js'; open();`],
  ['the planner reckons', 'server/planner/a.ts', `import { connect } from 'node:net'; connect;`],
  [
    'db imports kernel and contract',
    'server/db/a.ts',
    `import { canClose } from '../features/tickets/tickets.policy.js'; canClose;`,
  ],
  ['a model imports its parents', 'server/db/models/A.ts', `import { Redis } from 'ioredis'; Redis;`],
  ['know tRPC', 'server/features/tickets/commands/a.ts', `import { TRPCError } from '@trpc/server'; TRPCError;`],
  ['know tRPC', 'server/realtime/a.ts', `import type { TRPCError } from '@trpc/server/http';`],
  ['nothing below the procedures', 'server/features/tickets/a.ts', `import { base } from '../../rpc/trpc.js'; base;`],
  [
    'procedures never touch models',
    'server/features/a/a.procedures.ts',
    `import { Ticket } from '../../db/models/Ticket.js'; Ticket;`,
  ],
  ['procedures never touch models', 'server/features/a/a.procedures.ts', `import { Op } from 'sequelize'; Op;`],
  ['a policy is pure', 'server/features/a/a.policy.ts', `import { all } from '../tickets/tickets.queries.js'; all;`],
  ['a policy is pure', 'server/features/a/a.policy.ts', `export { readFile } from 'node:fs/promises';`],
  [
    "another feature's commands",
    'server/features/a/a.ts',
    `import { closeTicket } from '../tickets/commands/closeTicket.js'; closeTicket;`,
  ],
  [
    "another feature's commands",
    'server/features/a/a.ts',
    `import { tickets } from '../tickets/tickets.procedures.js'; tickets;`,
  ],
  [
    'only main.ts, cli/ and tests import app.ts',
    'server/transport/a.ts',
    `import { createApp } from '../app.js'; createApp();`,
  ],
  ['a migration still runs', 'migrations/a.ts', `import { Ticket } from '../server/db/models/Ticket.js'; Ticket;`],
  ['no index.ts inside server', 'server/kernel/index.ts', `export { newId } from './ids.js';`],
  [
    'no exported connection',
    'server/db/a.ts',
    `import { Redis } from 'ioredis';\nexport const redis: Redis = new Redis();`,
  ],
  [
    'no import cycle at run time',
    'server/db/models/Project.ts',
    `import { Ticket } from './Ticket.js'; export const Project = Ticket;`,
  ],
  ['no import cycle at run time', 'server/kernel/a.ts', `import './a.js';`],
];

describe('the import rules', () => {
  it('accept a sound tree, type-only cycle between parent and child included', () => {
    expect(violationsWith({})).toEqual([]);
  });

  it.each(plants)('bite: %s, planted in %s: %s', (rule, path, text) => {
    const violations = violationsWith({ [path]: text });

    expect(violations).toContainEqual(expect.stringContaining(rule));
    expect(violations).toContainEqual(expect.stringContaining(path));
  });

  it('refuse a file that cannot be read as TypeScript, rather than pass it over', () => {
    expect(() => violationsWith({ 'server/kernel/a.ts': 'export const = 1' })).toThrow('server/kernel/a.ts');
  });
});
