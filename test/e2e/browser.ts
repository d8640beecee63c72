import { chromium as playwright, type Browser } from 'playwright-core';
import { findChromium } from '../support/executables.js';

/** The machine's own browser, for tests and for figures alike. @throws when there is none. */
export function startBrowser(...more: readonly string[]): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('Install chromium or set CHROMIUM_PATH');
  return playwright.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', ...more],
  });
}
