import type { Browser, CDPSession, Page } from 'playwright-core';
import { startBrowser } from './browser.js';

/**
 * What a board costs the browser: loading, and scrolling the list by the wheel for forty seconds while pages come in. Prints a table.
 *
 * `npx tsx test/e2e/figures.ts http://127.0.0.1:4000 SUP`, against a server that was seeded with `--demo --tickets N`.
 */
const [url = 'http://127.0.0.1:4000', projectKey = 'SUP'] = process.argv.slice(2);
const SCROLL_MS = 40_000;
const WHEEL_PX = 400;

interface FrameReport {
  readonly state?: string;
  readonly affects_smoothness?: boolean;
}
interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ts: number;
  readonly dur?: number;
  /** Called otherwise by older browsers. */
  readonly args?: { readonly frame_reporter?: FrameReport; readonly chrome_frame_reporter?: FrameReport };
}

async function main(): Promise<void> {
  const browser = await startBrowser();
  try {
    const page = await signedIn(browser);
    const load = await loading(page);
    const scroll = await scrolling(page);
    for (const [name, value] of Object.entries({ ...load, ...scroll })) print(`${name.padEnd(44)} ${value}`);
  } finally {
    await browser.close();
  }
}

const print = (line: string) => process.stdout.write(`${line}\n`);

async function signedIn(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/?view=list#/${projectKey}`);
  await page.getByLabel('Email').fill('agent@company.com');
  await page.getByLabel('Password').fill('password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.list-rows .list-row').first().waitFor();
  return page;
}

/** Signed in, from an empty cache to rows that stand. */
async function loading(page: Page): Promise<Record<string, string>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  await page.addInitScript(() => {
    const seen = { lcp: 0, blocked: 0 };
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.lcp = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.blocked += Math.max(0, entry.duration - 50);
    }).observe({ type: 'longtask', buffered: true });
  });
  await page.reload();
  await page.locator('.list-rows .list-row').first().waitFor();
  await page.waitForTimeout(2_000);
  const { fcp, lcp, blocked } = await page.evaluate(() => ({
    ...(globalThis as unknown as { seen: { lcp: number; blocked: number } }).seen,
    fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  }));
  return {
    'first contentful paint': `${fcp.toFixed(0)} ms`,
    'largest contentful paint': `${lcp.toFixed(0)} ms`,
    'blocked by long tasks while loading': `${blocked.toFixed(0)} ms`,
  };
}

async function scrolling(page: Page): Promise<Record<string, string>> {
  const session = await page.context().newCDPSession(page);
  await page.mouse.move(500, 500);
  const events = await traced(session, async () => {
    for (const end = Date.now() + SCROLL_MS; Date.now() < end;) {
      await page.mouse.wheel(0, WHEEL_PX);
      await page.waitForTimeout(30);
    }
  });
  const frames = events.flatMap(({ name, args }) =>
    name === 'PipelineReporter' ? (args?.frame_reporter ?? args?.chrome_frame_reporter ?? []) : [],
  );
  if (frames.length === 0) throw new Error('this browser tells its frames in another way');
  const dropped = frames.filter(({ state }) => state === 'STATE_DROPPED');
  const tasks = events.flatMap(({ name, dur = 0 }) => (name === 'RunTask' ? [dur / 1_000] : []));
  const end = await page.locator('.list-end').textContent();
  return {
    'frames while scrolling': String(frames.length),
    'dropped, of them to be seen': `${dropped.length}, ${dropped.filter((frame) => frame.affects_smoothness).length}`,
    'longest task while scrolling': `${tasks.reduce((a, b) => Math.max(a, b), 0).toFixed(0)} ms`,
    'tasks over 50 ms': String(tasks.filter((ms) => ms > 50).length),
    'rows drawn at the end': String(await page.locator('.list-rows .list-row').count()),
    'read at the end': end?.trim() ?? '',
  };
}

/** What Chromium's tracing tells of frames and of the main thread's tasks while `act` runs. */
async function traced(session: CDPSession, act: () => Promise<void>): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const isDone = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.start', {
    traceConfig: {
      includedCategories: ['cc', 'benchmark', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
    },
    transferMode: 'ReportEvents',
  });
  await act();
  await session.send('Tracing.end');
  await isDone;
  return events;
}

await main();
