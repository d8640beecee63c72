import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node';

const remedies = [
  { key: 'postgresUrl', service: 'PostgreSQL', remedy: 'install postgresql or set TEST_DATABASE_URL' },
  { key: 'redisUrl', service: 'Redis', remedy: 'install redis-server or set TEST_REDIS_URL' },
  { key: 'redisServerPath', service: 'a redis-server program', remedy: 'install redis-server' },
  { key: 'clamdPath', service: 'ClamAV', remedy: 'install clamav-daemon' },
  { key: 'chromiumPath', service: 'Chromium', remedy: 'install chromium or set CHROMIUM_PATH' },
] as const;

/**
 * Ends a run with a line for each missing service and then, alone on a line, `N passed, N failed, N skipped`.
 * A file or hook that failed outside a test counts as one failed. With CI=true a missing service fails the run.
 */
export default class ClosingReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const missing = this.#missing();
    for (const line of missing) print(line);
    if (missing.length > 0 && isTrue(process.env['CI'])) {
      print('CI=true: a missing service fails the run');
      process.exitCode = 1;
    }
    const { passed, failed, skipped } = count(modules);
    print(`${passed} passed, ${failed + unhandled.length} failed, ${skipped} skipped`);
  }

  #missing(): string[] {
    const provided = this.#vitest?.getRootProject().getProvidedContext();
    return remedies
      .filter(({ key }) => !provided?.[key])
      .map(({ service, remedy }) => `MISSING: ${service} — tests that need it were skipped; ${remedy}`);
  }
}

const isTrue = (value: string | undefined) => value !== undefined && value !== '' && value !== 'false' && value !== '0';

const print = (line: string) => process.stdout.write(`${line}\n`);

function count(modules: readonly TestModule[]): { passed: number; failed: number; skipped: number } {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const among = (state: string) => tests.filter((test) => test.result().state === state).length;
  const broken = modules
    .flatMap((module) => [module, ...module.children.allSuites()])
    .filter((m) => m.errors().length > 0);
  const unfinished = among('pending');
  return { passed: among('passed'), failed: among('failed') + broken.length + unfinished, skipped: among('skipped') };
}
