import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, expect, it } from 'vitest';
import { momentsOf } from '../../../server/trackers/values.js';
import { jira } from '../../../server/cli/import/trackers/jira.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type World } from '../../support/world.js';
import { fixtures, importFrom, textsOf, trackerNames, type TrackerName } from './importing.js';

/** A cell, or a value somewhere in an object, by where it stands. */
interface Leaf {
  readonly path: string;
  readonly value: string;
}
interface Source {
  readonly id: string;
  readonly leaves: readonly Leaf[];
}

async function csvSources(file: string, idColumn: string): Promise<Source[]> {
  const [header = [], ...rows] = parse(await readFile(file, 'utf8'), { relax_column_count: true });
  return rows.map((row) => ({
    id: row[header.indexOf(idColumn)] ?? '',
    leaves: row.map((value, at) => ({ path: header[at] ?? '', value })).filter(({ value }) => value.trim() !== ''),
  }));
}

function leavesOf(value: unknown, path: string): Leaf[] {
  if (value === null || value === '') return [];
  if (typeof value !== 'object') return [{ path, value: typeof value === 'string' ? value : JSON.stringify(value) }];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, `${path}.${key}`));
}
async function jsonSources(file: string, list: string | null, idOf: (one: Record<string, unknown>) => string) {
  const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
  const records = (list === null ? parsed : (parsed as Record<string, unknown>)[list]) as Record<string, unknown>[];
  return records.map((one): Source => ({ id: idOf(one), leaves: leavesOf(one, '') }));
}

const sourcesOf: Readonly<Record<TrackerName, () => Promise<Source[]>>> = {
  jira: () => csvSources(fixtures.jira, 'Issue key'),
  gitlab: () => csvSources(fixtures.gitlab, 'ID'),
  linear: () => csvSources(fixtures.linear, 'ID'),
  github: async () =>
    (await jsonSources(fixtures.github, null, ({ html_url }) => String(html_url))).flatMap(({ id, leaves }) => {
      const [, number] = /issues\/(\d+)$/.exec(id) ?? [];
      return number ? [{ id: `acme/kite#${number}`, leaves }] : [];
    }),
  zendesk: () => jsonSources(fixtures.zendesk, 'tickets', ({ id }) => String(id)),
};

const moments = momentsOf(jira.formats, 'UTC');
/** Addresses of the interface, which are left out on purpose. */
const isApi = (value: string) => /^https:\/\/(api\.github\.com|helio\.zendesk\.com\/api\/v2)\//.test(value);

/** Whether a value is found again: as it stands, as it stands in JSON, or as the same moment. */
function isIn(texts: readonly string[], { path, value }: Leaf): boolean {
  const bare = value.trim();
  const spellings = [bare, bare.replace(/^'(?=[=+\-@])/, ''), JSON.stringify(bare).slice(1, -1)];
  if (spellings.some((one) => texts.some((text) => text.includes(one)))) return true;
  const moment = moments.at(bare)?.toISOString();
  if (moment !== undefined && texts.includes(moment)) return true;
  if (path === 'Comment') {
    const [, date = '', , text = value] = /^([^;]*);([^;]*);([^]*)$/.exec(value) ?? [];
    const at = moments.at(date)?.toISOString();
    return at === undefined ? texts.includes(value) : texts.includes(at) && texts.includes(text);
  }
  const parts = bare.split(/\s*,\s*/);
  return parts.length > 1 && parts.every((part) => texts.includes(part));
}

describeEachDialect('every cell of an export', (dialect) => {
  const worlds: World[] = [];
  afterAll(() => Promise.all(worlds.map((each) => each.close())));

  it.each(trackerNames)('of %s is found again', async (tracker) => {
    const { deps, db } = await aWorld(dialect).then((made) => (worlds.push(made), made));

    const report = await importFrom(deps, tracker, fixtures[tracker]);

    const sources = await sourcesOf[tracker]();
    expect(report.misfitRows).toEqual([]);
    expect(report.created).toBe(sources.length);
    const lost: string[] = [];
    let found = 0;
    for (const { id, leaves } of sources) {
      const texts = await textsOf(deps, tracker, id);
      for (const leaf of leaves.filter(({ value }) => !isApi(value)))
        if (isIn(texts, leaf)) found++;
        else lost.push(`${id} ${leaf.path}: ${leaf.value}`);
    }
    expect(lost).toEqual([]);
    expect(found).toBeGreaterThan(30);
    expect(await findViolations(db)).toEqual([]);
  });
});
