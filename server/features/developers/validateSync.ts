import { CsvMisfit } from '../../../contract/csvSync.js';
import type { Batches } from '../../csv/batches.js';
import type { Misfit } from '../../csv/misfit.js';
import { csvPages } from '../../csv/pages.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { skillsGoBy } from '../skills/goesBy.js';
import type { ComparisonReport, RowFields, RowPair } from '../validations/compare/comparison.js';
import { recordComparison } from '../validations/compare/recordComparison.js';
import { Tally } from '../validations/compare/tally.js';
import type { DeveloperLine } from './developerTable.js';
import { decodeDeveloper, skillsOf } from './developers.queries.js';

const PAGE_LINES = 500;
const named = statement('developers.targets', (d) => `SELECT v.* FROM developers v WHERE ${d.anyOf('v.name', '$1')}`);
const counted = statement(
  'developers.targetCounts',
  (d) => `SELECT count(*) AS n, count(DISTINCT k.developer_id) AS skilled FROM developers v
   LEFT JOIN (SELECT DISTINCT developer_id FROM developer_skills) k ON k.developer_id = v.id WHERE ${d.anyOf('v.name', '$1')}`,
);

/**
 * Reads a table of developers again once it was taken over, and compares it with the profiles that are there now. The session is of no project.
 * @throws what `recordComparison` throws.
 */
export async function validateDeveloperSync(
  deps: Deps,
  actor: Actor,
  lines: Batches<DeveloperLine | Misfit>,
  table: { readonly name: string; readonly rows: number },
): Promise<ComparisonReport> {
  const tally = new Tally(['how many developers', 'developers with a skill']);
  const goesBy = await skillsGoBy(deps.db.all);
  return recordComparison(deps, actor, {
    name: `developers.sync ${table.name}`,
    sourceTechnology: 'CSV',
    targetTechnology: 'Baton',
    projectId: null,
    request: { table: table.name },
    tables: [{ name: 'developers', pairs: pairsOf(deps, lines, goesBy, tally), total: table.rows }],
    scenarios: tally.scenarios(),
  });
}

async function* pairsOf(
  { db }: Deps,
  lines: Batches<DeveloperLine | Misfit>,
  goesBy: (name: string) => string,
  tally: Tally,
): AsyncGenerator<RowPair[]> {
  for await (const page of csvPages(lines, { rows: PAGE_LINES })) {
    const asked = page.lines.map(({ name }) => name);
    const rows = (await db.all(named, [asked])).map(decodeDeveloper);
    const skills = await skillsOf(
      db.all,
      rows.map(({ id }) => id),
    );
    const levels = (id: string) => new Map((skills.get(id) ?? []).map(({ name, level }) => [name, level]));
    const targets = new Map(rows.map((row) => [row.name, { row, levels: levels(row.id) }]));
    yield [
      ...page.lines.map((line): RowPair => {
        const target = targets.get(line.name);
        const wanted = wantedOf(line, goesBy);
        const source: RowFields = {
          name: line.name,
          ...wanted.fields,
          ...(wanted.skills && { skills: wanted.skills }),
        };
        if (!target) return { key: line.name, source, target: null };
        const { title, experienceYears, availability } = target.row;
        const known: RowFields = { name: line.name, title, experienceYears, availability };
        const has = Object.fromEntries(Object.keys(source).map((field) => [field, known[field] ?? null]));
        if (wanted.skills) has['skills'] = asSaid(target.levels, wanted.skills);
        return { key: line.name, source, target: has };
      }),
      ...page.misfits.map((one) => ({ key: `line ${one.line}`, source: CsvMisfit.parse(one), target: null })),
    ];
    const [count] = await db.all<{ n: number | string; skilled: number | string }>(counted, [asked]);
    tally.add('how many developers', asked.length, Number(count?.n ?? 0));
    const skilled = page.lines.filter(({ skills: said }) => said !== undefined);
    if (skilled.length < page.lines.length) continue;
    const some = skilled.filter(({ skills: said }) => (said ?? []).length > 0).length;
    tally.add('developers with a skill', some, Number(count?.skilled ?? 0));
  }
}

/** Skills by the names they go by, sorted; a level that is not said is null. */
function wantedOf({ fields, skills }: DeveloperLine, goesBy: (name: string) => string) {
  const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as RowFields;
  if (!skills) return { fields: said, skills: undefined };
  const levels = new Map<string, number | null>();
  for (const { name, level } of skills) {
    const called = goesBy(name);
    levels.set(called, level ?? levels.get(called) ?? null);
  }
  return { fields: said, skills: inOrder(levels) };
}

const inOrder = (levels: ReadonlyMap<string, number | null>): [string, number | null][] =>
  [...levels].toSorted(([a], [b]) => (a < b ? -1 : 1));

/** What there is, without the levels that nobody has said. */
function asSaid(
  levels: ReadonlyMap<string, number>,
  said: readonly [string, number | null][],
): [string, number | null][] {
  const open = new Set(said.filter(([, level]) => level === null).map(([name]) => name));
  return inOrder(new Map([...levels].map(([name, level]) => [name, open.has(name) ? null : level])));
}
