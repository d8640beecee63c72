import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/services.js';
import { fillExampleBoard, views, type View } from './views.js';
import { aBoardSite, type BoardSite } from './boardSite.js';
import type { BoardWindow } from './boardWindow.js';

const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;
const colours = ['light', 'dark'] as const;

/** WCAG 2.2 AA by axe-core, for every view of the table, in both colours and widths. */
describeWith('chromium')('every view is accessible', () => {
  let site: BoardSite;
  let axe: string;

  beforeAll(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    site = await aBoardSite(fillExampleBoard);
  }, 180_000);
  afterAll(() => site?.close());
  afterEach(async () => expect(await site.closeWindows()).toEqual([]));

  const findings = async (window: BoardWindow): Promise<string[]> => {
    await window.page.evaluate(axe);
    const { violations } = await window.page.evaluate(() =>
      (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }),
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
    );
  };

  it.each(Object.entries<View>(views))('%s', async (_name, view) => {
    const found: string[] = [];
    for (const [width, viewport] of Object.entries(sizes)) {
      const window = await site.open(site.world[view.as ?? 'ann'], view.path(site.world.project.key), {
        viewport,
        reducedMotion: 'reduce',
      });
      await view.show(window);
      for (const colorScheme of colours) {
        await window.page.emulateMedia({ colorScheme });
        found.push(...(await findings(window)).map((finding) => `${width}, ${colorScheme}: ${finding}`));
      }
    }

    expect(found).toEqual([]);
  });

  it('is looked at by a check that finds what is wrong', async () => {
    const window = await site.open(site.world.ann, `#/${site.world.project.key}`);
    await window.column('Open').waitFor();
    await window.page.evaluate(() => document.querySelector('.search input')?.removeAttribute('aria-label'));
    await window.page.addStyleTag({ content: '.toolbar-title { color: #cccccc !important; }' });

    const found = (await findings(window)).join('\n');

    expect(found).toMatch(/color-contrast at \.toolbar-title/);
  });
});
