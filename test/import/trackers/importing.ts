import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import {
  importTracker,
  trackerReport,
  type TrackerCounts,
  type TrackerOrder,
} from '../../../server/cli/import/trackers/importTracker.js';
import { isOfTracker, mappingNamed } from '../../../server/cli/import/trackers/trackerMapping.js';
import type { Misfit } from '../../../server/csv/misfit.js';
import { adHoc } from '../../../server/db/statement.js';
import type { Deps } from '../../../server/features/deps.js';

export const fixtures = {
  jira: 'test/import/trackers/jira.csv',
  gitlab: 'test/import/trackers/gitlab.csv',
  linear: 'test/import/trackers/linear.csv',
  github: 'test/import/trackers/github.json',
  zendesk: 'test/import/trackers/zendesk.json',
} as const;
export type TrackerName = keyof typeof fixtures;
export const trackerNames = Object.keys(fixtures) as TrackerName[];

type Report = TrackerCounts & { readonly misfitRows: readonly Misfit[]; readonly notes: readonly Misfit[] };

/** Imports as the command line does, without a process of its own. */
export async function importFrom(
  deps: Deps,
  map: string,
  file: string,
  order: Partial<TrackerOrder> = {},
): Promise<Report> {
  const mapping = await mappingNamed(map);
  if (!isOfTracker(mapping)) throw new Error(`${map} maps a log`);
  const report = trackerReport(null);
  const progress = () => ({ to: () => undefined, end: () => undefined });
  const rest = { projectKey: 'IMP', as: null, dryRun: false, progress, ...order };
  await importTracker(deps, { file, mapping, ...rest }, report);
  return { ...report.counts, misfitRows: report.first, notes: report.firstNotes };
}

/** A file of this content, in a folder of its own. */
export async function aFile(name: string, content: string): Promise<string> {
  const file = join(await mkdtemp(join(inject('runFolder'), 'tracker-')), name);
  await writeFile(file, content);
  return file;
}

/** The fixture with some words of it replaced. */
export async function changed(
  tracker: TrackerName,
  ...changes: readonly (readonly [string, string])[]
): Promise<string> {
  let content = await readFile(fixtures[tracker], 'utf8');
  for (const [before, after] of changes) {
    if (!content.includes(before)) throw new Error(`${tracker} has no ${before}`);
    content = content.replaceAll(before, after);
  }
  return aFile(fixtures[tracker].split('/').at(-1) ?? '', content);
}

export const rowsOf = <Row extends object>({ db }: Pick<Deps, 'db'>, sql: string, ...values: string[]) =>
  db.all<Row>(adHoc(sql), values);

/** All that the database says of a ticket, its comments and its people, as texts. */
export async function textsOf({ db }: Pick<Deps, 'db'>, source: string, externalId: string): Promise<string[]> {
  const of = 'SELECT id FROM tickets WHERE external_source = $1 AND external_id = $2';
  const queries = [
    `SELECT t.*, p.key AS parent_key FROM tickets t LEFT JOIN tickets p ON p.id = t.parent_id WHERE t.id IN (${of})`,
    `SELECT content, created_at FROM comments WHERE ticket_id IN (${of})`,
    `SELECT u.name, u.email, u.username FROM users u WHERE u.id IN (SELECT reporter_id FROM tickets WHERE id IN (${of}))
       OR u.id IN (SELECT assignee_id FROM assignments WHERE ticket_id IN (${of}))
       OR u.id IN (SELECT user_id FROM ticket_watchers WHERE ticket_id IN (${of}))
       OR u.id IN (SELECT user_id FROM comments WHERE ticket_id IN (${of}))`,
    `SELECT g.name FROM tags g JOIN ticket_tags x ON x.tag_id = g.id WHERE x.ticket_id IN (${of})`,
  ];
  const found: string[] = [];
  for (const sql of queries)
    for (const row of await db.all<Record<string, unknown>>(adHoc(sql), [source, externalId]))
      for (const [name, value] of Object.entries(row))
        found.push(name.endsWith('_at') && value !== null ? new Date(value as string).toISOString() : String(value));
  return found;
}
