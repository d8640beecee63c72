import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { kinds } from '../../../client-sdk/src/kinds.js';
import { sdk, thePackage } from './consumer.js';

describe('the reference', () => {
  beforeAll(() => thePackage(), 300_000);
  const page = (entry: string, name: string) => readFile(join(sdk, 'reference', entry, name), 'utf8');

  it('has a page for each noun that tells of each verb', async () => {
    for (const [noun, verbs] of Object.entries(kinds)) {
      const text = await page('index', `client.api.${noun.toLowerCase()}.md`);
      for (const verb of Object.keys(verbs)) expect(text, noun).toContain(`readonly ${verb}: `);
    }
  });

  it('tells what a hook does and what it gives', async () => {
    const text = await page('react', 'client.usetickets.md');
    expect(text).toContain('followed while the component is there');
    expect(text).toContain('TicketListState');
  });

  it('has pages of every entry', async () => {
    expect((await readdir(join(sdk, 'reference'))).toSorted()).toEqual(['index', 'react', 'tanstack']);
    expect(await page('tanstack', 'client.md')).toContain('TanStack Query');
  });
});
