import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createClient, type BatonClient, type ClientOptions } from '../../client-sdk/src/index.js';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { buildApp } from '../../server/app.js';
import { loadConfig } from '../../server/config.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { createUser } from '../../server/features/users/commands/createUser.js';
import { createLogger } from '../../server/kernel/logger.js';
import { aCustomer, aProject, anAgent } from '../support/people.js';
import { programArgs } from '../support/program.js';
import { aWorld, PASSWORD, type Person } from '../support/world.js';

const environment = (
  databaseUrl: string,
  port: number,
  { accessTokenTtl = '15m', allowedOrigins = '' }: SiteOptions = {},
) => ({
  NODE_ENV: 'production',
  JWT_SECRET: 'a secret of tests, long enough for HS256',
  DATABASE_URL: databaseUrl,
  PORT: String(port),
  LOG_LEVEL: 'silent',
  ACCESS_TOKEN_TTL: accessTokenTtl,
  ALLOWED_ORIGINS: allowedOrigins,
});

export interface Site {
  readonly port: number;
  readonly databaseUrl: string;
  readonly people: {
    readonly admin: Person;
    readonly agent: Person;
    readonly other: Person;
    readonly customer: Person;
  };
  readonly projectId: string;
}

/** A database with a project and its people, the administrator leading. */
async function aPopulatedDatabase() {
  const world = await aWorld('sqlite');
  const [agent, other, customer] = [await anAgent(world), await anAgent(world, 'Bea Agent'), await aCustomer(world)];
  const { id } = await aProject(world, { members: [agent, other], customers: [customer] });
  await world.close();
  return { databaseUrl: world.url, projectId: id, people: { admin: world.admin, agent, other, customer } };
}

interface SiteOptions {
  readonly accessTokenTtl?: string;
  /** Where pages come from that are not the server's own. */
  readonly allowedOrigins?: string;
}

/** The server in this process. */
export async function aSite(options: SiteOptions = {}): Promise<Site> {
  const populated = await aPopulatedDatabase();
  return { ...populated, port: await served(populated.databaseUrl, options) };
}

/** With the people of the documentation, and a few tickets. */
export async function aDemoSite(options?: SiteOptions): Promise<number> {
  const world = await aWorld('sqlite');
  const { deps, admin } = world;
  const person = async (email: string, name: string) => {
    const input = { email, name, role: 'AGENT', password: 'password', mustChangePassword: false } as const;
    const { id } = await createUser(deps, admin, input);
    return { ...admin, userId: id, name, role: 'AGENT', email } as const;
  };
  const [lead, agent] = [await person('lead@company.com', 'Lea Lead'), await person('agent@company.com', 'Ana Agent')];
  const { id } = await aProject(world, { lead, members: [agent] });
  for (const title of ['Printer on fire', 'Coffee is cold']) {
    await createTicket(deps, lead, CreateTicketInput.parse({ projectId: id, title }));
  }
  await world.close();
  return served(world.url, options);
}

async function served(databaseUrl: string, options?: SiteOptions): Promise<number> {
  const app = buildApp(loadConfig(environment(databaseUrl, 0, options)), {
    log: createLogger('silent'),
    auth: { passwordCost: { memoryKiB: 64, passes: 1 } },
  });
  const port = await app.listen();
  onTestFinished(() => app.close());
  return port;
}

/** The server as a process of its own, to be killed and started again. */
export async function aSiteToKill(): Promise<Site & { kill(): Promise<void>; start(): Promise<void> }> {
  const populated = await aPopulatedDatabase();
  const port = await freePort();
  let child: ChildProcess | null = null;
  const kill = async () => {
    const ended = child && once(child, 'exit');
    child?.kill('SIGKILL');
    await ended;
    child = null;
  };
  const start = async () => {
    child = spawn(process.execPath, programArgs('server/main.ts'), {
      env: { ...process.env, ...environment(populated.databaseUrl, port) },
      stdio: 'ignore',
    });
    while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  onTestFinished(kill);
  await start();
  return { ...populated, port, kill, start };
}

const answers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export function aClient(port: number, options: ClientOptions = {}): BatonClient {
  const client = createClient({
    url: `http://127.0.0.1:${port}`,
    WebSocket,
    backoff: { baseMs: 50, maxMs: 200 },
    attempts: 1_000,
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

export async function signedIn(port: number, person: Person, options?: ClientOptions): Promise<BatonClient> {
  const client = aClient(port, options);
  await client.login({ email: person.email, password: PASSWORD });
  return client;
}

/** A network that fails on demand. */
export interface Proxy {
  readonly port: number;
  /** Breaks every connection that is open now. */
  cut(): void;
  /** Nobody gets through until told otherwise; breaks what is open. */
  down(isDown: boolean): void;
  /** Lets requests through and breaks the connection where the next `count` replies to `path` would come. */
  loseReplies(path: string, count: number): void;
  readonly lost: () => number;
}

export async function aProxy(target: number): Promise<Proxy> {
  const pairs = new Set<Socket>();
  const losing = { path: '', left: 0, count: 0 };
  let isShut = false;
  const server = createServer((near) => {
    if (isShut) return void near.destroy();
    const far = connect(target, '127.0.0.1');
    let asked = '';
    pairs.add(near);
    const end = () => {
      pairs.delete(near);
      near.destroy();
      far.destroy();
    };
    near.on('data', (chunk) => {
      asked = chunk.toString('latin1').split('\r\n', 1)[0]?.startsWith('POST') ? chunk.toString('latin1') : asked;
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (losing.left > 0 && asked.startsWith(`POST /trpc/${losing.path}`)) {
        losing.left -= 1;
        losing.count += 1;
        end();
      } else near.write(chunk);
    });
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of pairs) socket.destroy();
    server.close();
  });
  const cut = () => {
    for (const socket of pairs) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    down: (isDown) => {
      isShut = isDown;
      if (isDown) cut();
    },
    loseReplies: (path, count) => void Object.assign(losing, { path, left: count }),
    lost: () => losing.count,
  };
}
