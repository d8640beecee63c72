import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/support/slowestFirst.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/bench/**', 'node_modules/**'],
    pool: 'forks',
    maxWorkers: 2,
    // Modules are loaded once for a lane, not once for each file: that was a third of the time. What a file opens, it closes.
    isolate: false,
    sequence: { sequencer: SlowestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A second, which it would be, is little for a browser beside another lane.
    expect: { poll: { timeout: 10_000 } },
    globalSetup: ['test/support/globalSetup.ts'],
    setupFiles: ['test/support/setup.ts'],
    reporters: ['default', './test/support/closingReporter.ts'],
  },
});
