import { CsvMisfit } from '../../../contract/csvSync.js';
import { isId } from '../../../contract/text.js';
import { csvPages } from '../../csv/pages.js';
import type { Batches } from '../../csv/batches.js';
import type { Misfit } from '../../csv/misfit.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Ticket } from '../../db/models/Ticket.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { skillsGoBy } from '../skills/goesBy.js';
import type { Comparison, ComparisonReport, RowFields, RowPair } from '../validations/compare/comparison.js';
import { recordComparison } from '../validations/compare/recordComparison.js';
import { Tally } from '../validations/compare/tally.js';
import { calledTickets } from './knownTickets.js';
import type { TicketSync } from './syncTicketPage.js';
import type { TicketLine } from './ticketTable.js';

const PAGE_LINES = 500;

const live = 't.project_id = $4 AND t.deleted_at IS NULL';
const findTargets = statement('sync.targets', (d) => {
  const columns = `t.id, t.title, t.description, t.story_points, t.priority, t.due_date,
     (SELECT s.name FROM skills s WHERE s.id = t.required_skill_id) AS skill_name`;
  return calledTickets(d, columns, live);
});
const countTargets = statement(
  'sync.targetCounts',
  (d) => `SELECT t.priority, count(*) AS n, sum(t.story_points) AS points,
     sum(CASE WHEN t.due_date IS NULL THEN 0 ELSE 1 END) AS dated
   FROM (SELECT DISTINCT t.id, t.priority, t.story_points, t.due_date FROM (
     ${calledTickets(d, 't.id, t.priority, t.story_points, t.due_date', live)}) t) t GROUP BY t.priority`,
);

type Place = Pick<TicketSync, 'projectId' | 'source'>;
interface Targeted {
  readonly called: string;
  readonly skill_name: string | null;
}

/**
 * Reads a table again once it was taken over, and compares it with the tickets that are there now: a second pass, which slows no writing down.
 * A row that was refused is a row that is missing.
 * @throws what `recordComparison` throws.
 */
export async function validateTicketSync(
  deps: Deps,
  actor: Actor,
  place: Place,
  lines: Batches<TicketLine | Misfit>,
  table: { readonly name: string; readonly rows: number },
): Promise<ComparisonReport> {
  const pass = new TicketPass(deps, place, await skillsGoBy(deps.db.all));
  const comparison: Comparison = {
    name: `tickets.sync ${table.name}`,
    sourceTechnology: 'CSV',
    targetTechnology: 'Baton',
    projectId: place.projectId,
    request: { source: place.source, table: table.name },
    tables: [{ name: place.source, pairs: pass.pairs(lines), total: table.rows }],
    scenarios: pass.tally.scenarios(),
  };
  return recordComparison(deps, actor, comparison);
}

class TicketPass {
  readonly tally = new Tally(['how many tickets', 'story points in all', 'tickets with a due date', 'by priority']);

  constructor(
    private readonly deps: Deps,
    private readonly place: Place,
    private readonly skillOf: (name: string) => string,
  ) {}

  async *pairs(lines: Batches<TicketLine | Misfit>): AsyncGenerator<RowPair[]> {
    for await (const page of csvPages(lines, { rows: PAGE_LINES })) {
      const targets = await this.targetsOf(page.lines);
      yield [
        ...page.lines.map((line) => this.pairOf(line, targets.get(line.externalId))),
        ...page.misfits.map((misfit) => ({
          key: `line ${misfit.line}`,
          source: CsvMisfit.parse(misfit),
          target: null,
        })),
      ];
      await this.count(page.lines);
    }
  }

  private pairOf(line: TicketLine, target: RowFields | undefined): RowPair {
    const source = this.saidBy(line, target);
    const restricted = target && Object.fromEntries(Object.keys(source).map((name) => [name, target[name] ?? null]));
    return { key: line.externalId, source, target: restricted ?? null };
  }

  /** What the line says of its ticket, and no more. A title that nobody wrote by hand follows the description. */
  private saidBy({ fields, headline, skill }: TicketLine, target: RowFields | undefined): RowFields {
    const { title, description, storyPoints, priority, dueDate } = fields;
    const follows = target ? undefined : headline;
    const requiredSkill = skill ? this.skillOf(skill) : skill;
    const said = { title: title ?? follows, description, storyPoints, priority, dueDate, requiredSkill };
    return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as RowFields;
  }

  private asked(lines: readonly TicketLine[]) {
    const ids = lines.map(({ externalId }) => externalId);
    return [this.place.source, ids, ids.filter(isId), this.place.projectId];
  }

  private async targetsOf(lines: readonly TicketLine[]): Promise<ReadonlyMap<string, RowFields>> {
    const rows = await this.deps.db.all<Targeted>(findTargets, this.asked(lines));
    return new Map(
      rows.map(({ called, skill_name, ...columns }) => {
        const { title, description, storyPoints, priority, dueDate } = decodeRow(Ticket, columns);
        return [called, { title, description, storyPoints, priority, dueDate, requiredSkill: skill_name }];
      }),
    );
  }

  /** The same questions to both sides: here by adding up, there by SQL. What a line leaves open is not asked for. */
  private async count(lines: readonly TicketLine[]): Promise<void> {
    type Row = { priority: string; n: number | string; points: number | string | null; dated: number | string };
    const says = (field: keyof TicketLine['fields']) => lines.filter(({ fields }) => fields[field] !== undefined);
    const ask = async (some: readonly TicketLine[]) =>
      some.length === 0 ? [] : this.deps.db.all<Row>(countTargets, this.asked(some));
    const total = (rows: readonly Row[], of: (row: Row) => number | string | null) =>
      rows.reduce((sum, row) => sum + Number(of(row) ?? 0), 0);
    const { tally } = this;
    const [pointed, dated, ranked] = [says('storyPoints'), says('dueDate'), says('priority')];
    const everyOne = await ask(lines);
    tally.add(
      'how many tickets',
      lines.length,
      total(everyOne, ({ n }) => n),
    );
    tally.add(
      'story points in all',
      pointed.reduce((sum, { fields }) => sum + (fields.storyPoints ?? 0), 0),
      total(pointed.length === lines.length ? everyOne : await ask(pointed), ({ points }) => points),
    );
    tally.add(
      'tickets with a due date',
      dated.filter(({ fields }) => fields.dueDate !== null).length,
      total(dated.length === lines.length ? everyOne : await ask(dated), (row) => row.dated),
    );
    for (const { priority, n } of ranked.length === lines.length ? everyOne : await ask(ranked))
      tally.addTo('by priority', priority, 0, Number(n));
    for (const { fields } of ranked) tally.addTo('by priority', fields.priority ?? '', 1, 0);
  }
}
