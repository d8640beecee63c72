import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProjectRole } from '../../../contract/project.js';
import * as appModule from '../../../server/app.js';
import * as configModule from '../../../server/config.js';
import * as createApiKeyModule from '../../../server/features/auth/commands/createApiKey.js';
import type { Deps } from '../../../server/features/deps.js';
import * as addMemberModule from '../../../server/features/projects/commands/addMember.js';
import * as createCustomFieldModule from '../../../server/features/customFields/commands/createCustomField.js';
import * as createProjectModule from '../../../server/features/projects/commands/createProject.js';
import * as createUserModule from '../../../server/features/users/commands/createUser.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { nodeEnv } from '../../support/nodeProcess.js';

/** What fills a database: of the version that stands here, or of one that was compiled before. */
const modules = {
  ...appModule,
  ...configModule,
  ...createApiKeyModule,
  ...addMemberModule,
  ...createCustomFieldModule,
  ...createProjectModule,
  ...createUserModule,
};
type Program = Pick<
  typeof modules,
  'buildApp' | 'loadConfig' | 'createApiKey' | 'addMember' | 'createCustomField' | 'createProject' | 'createUser'
>;
const files = [
  'app',
  'config',
  'features/auth/commands/createApiKey',
  'features/projects/commands/addMember',
  'features/customFields/commands/createCustomField',
  'features/projects/commands/createProject',
  'features/users/commands/createUser',
];

/** That of another version, which lies compiled in this folder. */
async function programIn(folder: string): Promise<Program> {
  const loaded = await Promise.all(
    files.map((file) => import(pathToFileURL(join(folder, 'server', `${file}.js`)).href) as Promise<object>),
  );
  return Object.assign({}, ...loaded) as Program;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  /** An API key that may read and write. */
  readonly token: string;
}
/** Everybody who takes part, and where. */
export interface Cast {
  readonly admin: Person;
  /** Work in all three projects. */
  readonly writers: readonly Person[];
  /** Work in the hot and in the side project, and only read. */
  readonly watchers: readonly Person[];
  /** Like watchers, but lose the hot project during the storm. */
  readonly leavers: readonly Person[];
  readonly customers: readonly Person[];
  /** Where all the storm is; the neighbour that tickets move to and from; and one that nobody but writers may know of. */
  readonly hot: string;
  readonly side: string;
  readonly secret: string;
}

const system: Actor = {
  userId: '',
  name: 'system',
  role: 'ADMIN',
  sessionId: null,
  mayWrite: true,
};

interface Numbers {
  readonly writers: number;
  readonly leavers: number;
}

/**
 * Migrates an empty database and fills it with people and projects. Lets go of it before it returns.
 * @param older the folder of another version that does it.
 */
export async function setUp(databaseUrl: string, numbers: Numbers, older: string | null = null): Promise<Cast> {
  const auth = { passwordCost: { memoryKiB: 64, passes: 1 } };
  const program = older === null ? modules : await programIn(older);
  const { buildApp, loadConfig } = program;
  const app = buildApp(loadConfig(nodeEnv({ databaseUrl })), { log: createLogger('silent'), auth });
  try {
    await app.migrator.up();
    return await fill(program, app.deps, numbers);
  } finally {
    await app.close();
  }
}

async function fill(program: Program, deps: Deps, numbers: Numbers): Promise<Cast> {
  const { createProject, createCustomField, addMember } = program;
  const admin = await aPerson(program, deps, 'ADMIN', 'Ada Admin');
  const many = async (count: number, role: Actor['role'], name: string) => {
    const made = [];
    for (let nth = 1; nth <= count; nth++) made.push(await aPerson(program, deps, role, `${name} ${nth}`));
    return made;
  };
  const writers = await many(numbers.writers, 'AGENT', 'Writer');
  const watchers = await many(3, 'AGENT', 'Watcher');
  const leavers = await many(numbers.leavers, 'AGENT', 'Leaver');
  const customers = await many(2, 'CUSTOMER', 'Customer');
  const teams = {
    HOT: [
      [writers, 'LEAD'],
      [watchers, 'MEMBER'],
      [leavers, 'MEMBER'],
      [customers, 'CUSTOMER'],
    ],
    SIDE: [
      [writers, 'LEAD'],
      [watchers, 'MEMBER'],
    ],
    SECRET: [[writers, 'LEAD']],
  } as const;
  const ids: Record<string, string> = {};
  for (const [key, team] of Object.entries(teams)) {
    const draft = { key, name: `Project ${key}`, description: '', status: 'ACTIVE' } as const;
    const { id } = await createProject(deps, admin.actor, draft);
    ids[key] = id;
    for (const field of key === 'HOT' ? ['size', 'note'] : ['size'])
      await createCustomField(deps, admin.actor, {
        projectId: id,
        key: field,
        label: field,
        kind: field === 'size' ? 'NUMBER' : 'TEXT',
        options: [],
        required: false,
      });
    for (const [people, role] of team)
      for (const { id: userId } of people)
        await addMember(deps, admin.actor, { projectId: id, userId, role: ProjectRole.parse(role) });
  }
  const { HOT: hot = '', SIDE: side = '', SECRET: secret = '' } = ids;
  return { admin, writers, watchers, leavers, customers, hot, side, secret };
}

let people = 0;

async function aPerson({ createUser, createApiKey }: Program, deps: Deps, role: Actor['role'], name: string) {
  const email = `${role.toLowerCase()}${++people}@example.com`;
  const draft = { name, email, role, password: `only for ${email}`, mustChangePassword: false };
  const user = await createUser(deps, system, draft);
  const actor: Actor = { userId: user.id, name: user.name, role, sessionId: null, mayWrite: true };
  const { key: token } = await createApiKey(deps, actor, { name: 'storm', scopes: ['read', 'write'] });
  return { id: user.id, name: user.name, token, actor };
}
