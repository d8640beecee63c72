import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/services.js';
import { axeFindings } from './axeFindings.js';
import { fillExampleBoard, views, type View } from './views.js';
import { aBoardSite, type BoardSite } from './boardSite.js';
import type { BoardWindow } from './boardWindow.js';

/** With BOARD_SCREENSHOTS each view is also kept as a picture there, to be looked at. */
const KEEPS_PICTURES = process.env['BOARD_SCREENSHOTS'] !== undefined;

/** Each width and each colour once; all of both together with BOARD_SCREENSHOTS. */
const isLookedAt = (width: string, colour: string): boolean =>
  KEEPS_PICTURES || (width === 'wide') === (colour === 'light');

const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;
const colours = ['light', 'dark'] as const;

/** WCAG 2.2 AA by axe-core, for every view of the table, in both colours and widths. */
describeWith('chromium')('every view is accessible', () => {
  let site: BoardSite;
  const windows = new Map<string, BoardWindow>();

  beforeAll(async () => {
    site = await aBoardSite(fillExampleBoard);
  }, 180_000);
  afterAll(async () => {
    const complaints = await site?.closeWindows();
    await site?.close();
    expect(complaints).toEqual([]);
  });
  /** Signing in takes longer than looking: each person has one window, which goes from view to view. */
  const windowOf = async (person: NonNullable<View['as']>) => {
    const window = windows.get(person) ?? (await site.open(site.world[person], '', { reducedMotion: 'reduce' }));
    if (!windows.has(person)) await window.page.getByRole('heading', { name: 'Projects' }).waitFor();
    windows.set(person, window);
    return window;
  };

  it.each(Object.entries<View>(views))(
    '%s',
    async (name, view) => {
      const window = await windowOf(view.as ?? 'ann');
      const found: string[] = [];
      await window.page.setViewportSize(sizes.wide);
      await window.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await window.goTo(view.path(site.world.project.key));
      await view.show(window);
      for (const [width, viewport] of Object.entries(sizes)) {
        await window.page.setViewportSize(viewport);
        for (const colorScheme of colours.filter((colour) => isLookedAt(width, colour))) {
          await window.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          found.push(...(await axeFindings(window)).map((finding) => `${width}, ${colorScheme}: ${finding}`));
          if (KEEPS_PICTURES) await window.screenshot(`${name}, ${width}, ${colorScheme}`);
        }
      }

      expect(found).toEqual([]);
    },
    120_000,
  );

  it('is looked at by a check that finds what is wrong', async () => {
    const window = await windowOf('ann');
    await window.goTo(`#/${site.world.project.key}`);
    await window.column('Open').waitFor();
    await window.page.addStyleTag({ content: '.toolbar-title { color: #cccccc !important; background: #ffffff; }' });
    await window.page.evaluate(() => {
      for (const name of ['aria-label', 'title'])
        document.querySelector('.topbar button.icon-button')?.removeAttribute(name);
    });

    const found = (await axeFindings(window)).join('\n');

    expect(found).toContain('color-contrast at ');
    expect(found).toContain('button-name at ');
  }, 60_000);
});
