import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Wake } from '../../server/db/wake.js';
import type { Database } from '../../server/db/database.js';
import type { AuthOptions } from '../../server/features/auth/createAuth.js';
import { createAuth } from '../../server/features/auth/createAuth.js';
import { mailTimes, type MailSettings } from '../../server/features/mails/mailSettings.js';
import { uploadTimes, type FileSettings } from '../../server/features/attachments/fileSettings.js';
import type { Deps } from '../../server/features/deps.js';
import { postTimes, webhookTimes, type WebhookSettings } from '../../server/features/webhooks/webhookSettings.js';
import { createUser } from '../../server/features/users/commands/createUser.js';
import type { Actor } from '../../server/kernel/actor.js';
import type { Clock } from '../../server/kernel/clock.js';
import { newId } from '../../server/kernel/ids.js';
import { createLogger } from '../../server/kernel/logger.js';
import { nothingAllowed } from '../../server/outbound/addresses.js';
import { poster } from '../../server/outbound/post.js';
import { createPlanner } from '../../server/planner/planner.js';
import type { Hub } from '../../server/realtime/hub.js';
import { openFileStore } from '../../server/storage/openFileStore.js';
import { aMigratedDatabase, openTestDatabase } from './database.js';
import type { Dialect } from './services.js';

export const PASSWORD = 'correct horse battery';

/** Somebody who can act in tests: as if by command line, until `signIn` gives them a session. */
export interface Person extends Actor {
  readonly email: string;
}

/** The real time, plus what `advance` added to it. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}

export interface World {
  readonly deps: Deps;
  readonly db: Database;
  readonly url: string;
  readonly clock: TestClock;
  readonly admin: Person;
  /** Every wake-up so far, in the order of commits, without the events it carried. */
  readonly wakes: Wake[];
  /** Also after the test: `afterAll(() => world.close())`. */
  close(): Promise<void>;
}

export interface WorldOptions {
  /** A migrated database that is there already; left out, a new one that is dropped after the test file. */
  readonly url?: string;
  readonly auth?: Partial<AuthOptions>;
  /** Makes the hub of this world, for tests of streams; its `wake` is called beside the recording of wake-ups. */
  readonly hub?: (parts: Omit<Deps, 'hub' | 'planner' | 'placeSoon' | 'webhooksSoon' | 'wake' | 'health'>) => Hub;
  readonly poolSize?: number;
  readonly files?: Partial<FileSettings>;
  /** Left out, nobody is sent e-mail. */
  readonly mail?: Pick<MailSettings, 'mailer'> & Partial<MailSettings>;
  readonly webhooks?: Partial<WebhookSettings>;
}

export const JWT_SECRET = 'a secret of tests, long enough for HS256';
const testAuth: AuthOptions = {
  jwtSecret: JWT_SECRET,
  jwtIssuer: 'baton',
  jwtAudience: 'baton',
  accessTokenTtlMs: 15 * 60_000,
  refreshTokenTtlMs: 30 * 86_400_000,
  // Real hashes take a tenth of a second each.
  passwordCost: { memoryKiB: 64, passes: 1 },
};

/** Webhooks lead to public addresses alone. */
const noTargets = { allowed: nothingAllowed, plainHttp: false, ownPort: () => 0 };

/** A folder that is made when a file comes. Outside of tests nobody sends any. */
export const testFiles = (): string => join(tmpdir(), `baton-files-${process.pid}`, newId());

function aClock(): TestClock {
  let ahead = 0;
  return { now: () => new Date(Date.now() + ahead), advance: (ms) => void (ahead += ms) };
}

/** A database of its own with one administrator, and everything that commands are given. */
export async function aWorld(dialect: Dialect, options: WorldOptions = {}): Promise<World> {
  const url = options.url ?? (await aMigratedDatabase(dialect)).url;
  const db = openTestDatabase(url, options.poolSize);
  const clock = aClock();
  const wakes: Wake[] = [];
  const auth = createAuth({ ...testAuth, ...options.auth });
  const files = { store: openFileStore({ folder: testFiles() }), scanner: null, quotaBytes: null, ...uploadTimes };
  const mail = options.mail ? { publicUrl: 'https://baton.example.com', ...mailTimes, ...options.mail } : null;
  const webhooks = {
    ...webhookTimes,
    rules: noTargets,
    post: poster({ ...noTargets, ...postTimes, bodyBytes: 4_096 }),
  };
  const parts = {
    db,
    clock,
    log: createLogger('silent'),
    auth,
    files: { ...files, ...options.files },
    mail,
    webhooks: { ...webhooks, ...options.webhooks },
  };
  const hub = options.hub?.(parts);
  const planner = createPlanner();
  const wake = (moved: readonly Wake[]): void => {
    wakes.push(...moved.map(({ kind, id, seq }) => ({ kind, id, seq })));
    hub?.wake(moved);
  };
  const health = () => Promise.reject(new Error('no server'));
  const soon = { placeSoon: () => undefined, webhooksSoon: () => undefined };
  const deps: Deps = { ...parts, ...soon, wake, hub: hub as Hub, planner, health };
  const admin = await addPerson(deps, 'ADMIN', 'Ada Admin');
  return { deps, db, url, clock, admin, wakes, close: () => planner.close().then(() => db.close()) };
}

/** Who makes the first administrator; also the actor of every other person's creation. */
const system: Actor = {
  userId: '',
  name: 'system',
  role: 'ADMIN',
  sessionId: null,
  mayWrite: true,
};

let people = 0;

export async function addPerson(deps: Deps, role: Actor['role'], name: string): Promise<Person> {
  const email = `${role.toLowerCase()}${++people}@example.com`;
  const user = await createUser(deps, system, { name, email, role, password: PASSWORD, mustChangePassword: false });
  return { userId: user.id, name: user.name, role, sessionId: null, mayWrite: true, email };
}
