import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cast, demoPassword } from '../seeders/demo/cast.js';
import { seedDemoTickets } from '../seeders/demo/seedDemoTickets.js';
import { seedPeople } from '../seeders/demo/seedPeople.js';
import { buildApp, type App, type AppOverrides } from './app.js';
import { ADMIN_EMAIL, type Begun } from './cli/csvMode/beginCsvMode.js';
import { CsvFolder } from './cli/csvMode/csvFolder.js';
import { CsvKeeper } from './cli/csvMode/csvKeeper.js';
import { logDestination, outputFor, type Output } from './cli/output.js';
import { loadConfig, RefusedConfiguration, type Config } from './config.js';
import { createMigrator, seedersSource } from './db/migrator.js';
import { statement } from './db/statement.js';
import { waitForDatabase } from './db/waitForDatabase.js';
import { createLogger, type Logger } from './kernel/logger.js';

const EXIT_REFUSED = 78;
/** Draining takes 9 s at most; whatever hangs after that is left behind. */
const EXIT_MS = 9_800;
/** As long as a unit of work has patience. Who calls is told then; who first had to wait for a connection, that much later. */
const ANSWER_MS = 5_000;

const anyUser = statement('serve.anyUser', 'SELECT id FROM users LIMIT 1');
const activeDemoUser = statement(
  'serve.demoUser',
  'SELECT email FROM users WHERE is_demo = $1 AND active = $1 LIMIT 1',
);

/**
 * Runs the server until SIGTERM or SIGINT. Migrates first, whatever the database; an empty SQLite database outside of
 * production also gets the demo.
 * @param folder of tables that the database is begun from, and that are kept equal to it; null: there is none.
 * @throws RefusedConfiguration in production while a demo user is active; see `CsvKeeper`.
 */
export async function serve(config: Config, output: Output, log: Logger, folder: string | null = null): Promise<App> {
  const keeper = folder === null ? null : new CsvKeeper(await CsvFolder.open(folder));
  const app = await openApp(config, output, { log, answerMs: ANSWER_MS, ...(keeper && { keeper }) });
  try {
    await app.migrator.up();
    const begun = await keeper?.begin(app.deps);
    const isSeeded = await prepareFirstRun(app, config);
    await refuseDemoInProduction(app, config);
    await app.listen();
    keeper?.start();
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${app.port}/`;
    output.line(`Baton serves ${url}`);
    output.result({ url, administrator: begun ? firstAdministrator(begun) : null, demo: isSeeded ? demoLogins : [] });
    if (begun) tellFirst(output, begun);
    if (isSeeded) tellDemo(output);
    else if (!config.production && (await isEmpty(app)))
      output.line('Nobody can sign in yet: baton admin create EMAIL');
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** A development that has something to fall back to does not wait long. */
const FALLBACK_AFTER_MS = 3_000;

/** On a database that answers: that of the settings, or in development the one to fall back to. */
async function openApp(
  config: Config,
  output: Output,
  overrides: AppOverrides & { readonly log: Logger },
): Promise<App> {
  const app = buildApp(config, overrides);
  const { startTimeoutMs, fallbackUrl } = config;
  try {
    const patience = fallbackUrl === null ? startTimeoutMs : Math.min(startTimeoutMs, FALLBACK_AFTER_MS);
    await waitForDatabase(app.deps.db.promptly, overrides.log, patience);
    return app;
  } catch (error) {
    await app.close();
    if (fallbackUrl === null) throw error;
    output.line(`The database does not answer (${String(error)}). In its place ${fallbackUrl} is served.`);
    return buildApp({ ...config, databaseUrl: fallbackUrl, replicaUrls: [], databaseSsl: false }, overrides);
  }
}

const isEmpty = async ({ deps }: App): Promise<boolean> => (await deps.db.all(anyUser, [])).length === 0;

async function prepareFirstRun(app: App, config: Config): Promise<boolean> {
  if (!(await isEmpty(app))) return false;
  await createMigrator(app.deps.db, app.deps.log, seedersSource).up();
  if (config.production || app.deps.db.file === null) return false;
  await seedPeople(app.deps);
  await seedDemoTickets(app.deps);
  return true;
}

async function refuseDemoInProduction({ deps }: App, config: Config): Promise<void> {
  if (!config.production) return;
  const [user] = await deps.db.all<{ email: string }>(activeDemoUser, [true]);
  if (user) throw new RefusedConfiguration(`the demo user ${user.email} is active, and everybody knows its password`);
}

const demoLogins = cast.filter((member) => member.hasDemoPassword).map(({ email, role }) => ({ email, role }));

const firstAdministrator = ({ password }: Begun) => (password === null ? null : { email: ADMIN_EMAIL, password });

function tellDemo(output: Output): void {
  output.line(`The demo is in the database. The password of these people is "${demoPassword}":`);
  output.table([['EMAIL', 'ROLE'], ...demoLogins.map(({ email, role }) => [email, role])]);
}

function tellFirst(output: Output, { password }: Begun): void {
  if (password === null) return;
  output.line(`${ADMIN_EMAIL} may sign in once with this password and then chooses another:\n\n  ${password}\n`);
}

async function tracing({ tracing: place }: Config): Promise<() => Promise<void>> {
  if (place === null) return () => Promise.resolve();
  const { startTracing } = await import('./telemetry/startTracing.js');
  return startTracing(place);
}

function stopOnSignals(app: App, log: Logger, stopTracing: () => Promise<void>): void {
  let isStopping = false;
  const stop = (exitCode: number) => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), EXIT_MS).unref();
    const closing = app.close().then(stopTracing);
    closing.then(
      () => process.exit(exitCode),
      (error: unknown) => {
        log.error({ err: error }, 'the server did not stop in order');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(0));
  // A promise that nobody waited for harms nobody; an exception leaves its callers in an unknown state.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception');
    stop(1);
  });
}

/** The whole program: exit 0 when it was stopped, 78 for a refused configuration, 1 for anything else. */
export async function main(csvFolder: string | null = null, output: Output = outputFor(false)): Promise<void> {
  try {
    const config = loadConfig();
    const log = createLogger(config.logLevel, logDestination);
    const stopTracing = await tracing(config);
    stopOnSignals(await serve(config, output, log, csvFolder), log, stopTracing);
  } catch (error) {
    const isRefused = error instanceof RefusedConfiguration;
    const message = error instanceof Error ? error.message : String(error);
    output.failure(isRefused ? 'REFUSED' : 'FAILED', isRefused ? `refused configuration: ${message}` : message);
    process.exit(isRefused ? EXIT_REFUSED : 1);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
