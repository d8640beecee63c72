import { text } from '../../../../contract/text.js';
import { misfitAt } from '../../../csv/csvTable.js';
import type { Misfit } from '../../../csv/misfit.js';
import type { Deps } from '../../../features/deps.js';
import { rehearse } from '../../../features/rehearse.js';
import type { ComparisonReport } from '../../../features/validations/compare/comparison.js';
import { orNull } from '../../../features/validations/compare/summary.js';
import type { Actor } from '../../../kernel/actor.js';
import { findAdministrator } from '../../administrator.js';
import type { Progress } from '../../output.js';
import { applyTogether } from '../applyTogether.js';
import { keyOfProject, openProject } from '../openProject.js';
import { refusal } from '../refusal.js';
import { ImportReport } from '../report.js';
import { applyTicket, type Applied, type ReadTicket, type TicketImport } from './applyTicket.js';
import type { Note } from '../../../trackers/fields.js';
import type { ImportedTicket } from '../../../trackers/importedTicket.js';
import { keyOfRelation, relationsOf, settleRelations, type Relation } from './relations.js';
import { survey, type Surveyed } from './survey.js';
import type { Tracker } from '../../../trackers/tracker.js';
import type { TrackerMapping } from './trackerMapping.js';
import { trackerPeople } from './trackerPeople.js';
import { isRecord, trackerRecords, type TrackerFile } from './trackerRecords.js';
import { trackerNamed } from './trackers.js';
import { validateTracker, type ReadPage } from './validateTracker.js';

export interface TrackerOrder {
  readonly file: string;
  readonly mapping: TrackerMapping;
  /** Key of the project; null: the mapping's. */
  readonly projectKey: string | null;
  /** Address of the administrator who imports; null: the first there is. */
  readonly as: string | null;
  readonly dryRun: boolean;
  /** Compare the export with what is there afterwards. */
  readonly validate?: boolean;
  readonly progress: (total: number) => Progress;
}

/** Every record is one of created, updated, unchanged, passed over, or a misfit. */
export interface TrackerCounts {
  recordsRead: number;
  created: number;
  updated: number;
  unchanged: number;
  passedOver: number;
  misfits: number;
  keptAsText: number;
  commentsAdded: number;
  commentsChanged: number;
  relationsMade: number;
  peopleCreated: number;
}
const labels: Readonly<Record<keyof TrackerCounts, string>> = {
  recordsRead: 'records read',
  created: '  tickets created',
  updated: '  tickets updated',
  unchanged: '  tickets as they were',
  passedOver: '  that are no tickets',
  misfits: '  refused',
  keptAsText: 'values kept as text',
  commentsAdded: 'comments added',
  commentsChanged: 'comments changed',
  relationsMade: 'parents and links set',
  peopleCreated: 'people created',
};
export const trackerReport = (path: string | null): ImportReport<TrackerCounts> => {
  const counts = Object.fromEntries(Object.keys(labels).map((name) => [name, 0]));
  return new ImportReport(counts as Record<keyof TrackerCounts, number>, labels, path);
};

/** Tickets that share a transaction: enough to spare the disk, few enough that nobody waits long for the project. */
const PAGE_TICKETS = 25;
const PAGE_RELATIONS = 100;

/**
 * Makes tickets of the records of a tracker's export, or brings those up to date that an earlier import made, and relates them to each other
 * in the end. The same file again changes nothing, and an import that was cut short is simply run again. A dry run is the same, undone.
 * @throws BAD_INPUT the file, mapping or project cannot be used: nothing was written.
 */
export async function importTracker(
  deps: Deps,
  order: TrackerOrder,
  report: ImportReport<TrackerCounts>,
): Promise<void> {
  const { mapping, dryRun } = order;
  const tracker = trackerNamed(mapping.tracker);
  if (!tracker) throw new Error(`no tracker ${mapping.tracker}`);
  const { encoding, delimiter } = mapping;
  const file: TrackerFile = { path: order.file, tracker, encoding, delimiter };
  const actor = await findAdministrator(deps.db.all, order.as);
  const key = keyOfProject(order.projectKey, mapping.project);
  // All of the file is read before anything is written: one that breaks off, or is another's, is refused as a whole.
  const surveyed = await survey(file, mapping);
  const shown = order.progress(surveyed.records);
  const run = new TrackerRun(deps, actor, tracker, mapping, key, report);
  try {
    for await (const page of pagesOf(file, surveyed, report)) {
      await run.tickets(page, dryRun);
      shown.to(report.counts.recordsRead);
    }
    await run.relations(dryRun);
    if (order.validate === true && !dryRun)
      report.validation = await orNull(deps, run.validate(order.file, readAgain(file, surveyed), surveyed.records));
  } finally {
    shown.end();
  }
}

interface LinedTicket extends ReadTicket {
  readonly line: number;
  readonly notes: readonly Note[];
}

const ExternalId = text(255);

/** The tickets of the file, some at a time; records that are none are told to the report. */
async function* pagesOf(
  file: TrackerFile,
  { reading }: Surveyed,
  report: Pick<ImportReport<TrackerCounts>, 'counts' | 'misfit'>,
): AsyncGenerator<LinedTicket[]> {
  const lineOf = new Map<string, number>();
  let page: LinedTicket[] = [];
  for await (const read of trackerRecords(file)) {
    if (isRecord(read) && read.list !== null) continue;
    report.counts.recordsRead++;
    if (!isRecord(read)) {
      report.misfit(read);
      continue;
    }
    const { line, fields } = read;
    const skipped = file.tracker.skips?.(fields) ?? null;
    const id = file.tracker.idOf(fields) ?? '';
    const earlier = lineOf.get(id);
    if (skipped !== null) report.counts.passedOver++;
    else if (!ExternalId.safeParse(id).success) report.misfit(misfitAt(line, 'id', id, 'is no id'));
    else if (earlier !== undefined) report.misfit(misfitAt(line, 'id', id, `repeats the id of line ${earlier}`));
    else {
      lineOf.set(id, line);
      const ticket = file.tracker.read(fields, id, reading);
      page.push({ line, ticket, rest: fields.rest(), notes: fields.notes });
      if (page.length === PAGE_TICKETS) {
        yield page;
        page = [];
      }
    }
  }
  yield page;
}

/** The same once more, with what is no ticket beside those of its page. */
async function* readAgain(file: TrackerFile, surveyed: Surveyed): AsyncGenerator<ReadPage> {
  let misfits: Misfit[] = [];
  const { counts } = trackerReport(null);
  for await (const page of pagesOf(file, surveyed, { counts, misfit: (misfit) => misfits.push(misfit) })) {
    yield { tickets: page.map(({ ticket }) => ticket), misfits };
    misfits = [];
  }
}

/** What an import does with the pages of its file, and what it came to. */
class TrackerRun {
  private readonly people = new Set<string>();
  /** Each once, though both tickets of a link may tell of it. */
  private readonly related = new Map<string, Relation>();
  /** Tickets that a dry run has made and undone. */
  private readonly rehearsed = new Set<string>();
  private kept: TicketImport | undefined;

  constructor(
    private readonly deps: Deps,
    private readonly actor: Actor,
    private readonly tracker: Tracker,
    private readonly mapping: TrackerMapping,
    private readonly projectKey: string,
    private readonly report: ImportReport<TrackerCounts>,
  ) {}

  async tickets(page: readonly LinedTicket[], dryRun: boolean): Promise<void> {
    const results = await this.within(dryRun, (context) => applyPage(context, page));
    page.forEach((one, nth) => {
      const result = results[nth];
      if (!result) throw new Error('a ticket without a result');
      if ('refused' in result) this.report.misfit(misfitAt(one.line, 'id', one.ticket.externalId, result.refused));
      else this.tell(one, result, dryRun);
    });
    this.report.counts.peopleCreated = this.people.size;
  }

  async relations(dryRun: boolean): Promise<void> {
    const all = [...this.related.values()];
    for (let at = 0; at < all.length; at += PAGE_RELATIONS) {
      const page = all.slice(at, at + PAGE_RELATIONS);
      const settled = await this.within(dryRun, (context) => settleRelations(context, page, this.rehearsed));
      this.report.counts.relationsMade += settled.made;
      settled.notes.forEach((note) => this.note(note));
    }
  }

  async validate(file: string, pages: AsyncIterable<ReadPage>, records: number): Promise<ComparisonReport> {
    return this.within(false, (context) => validateTracker(context, file, pages, records));
  }

  private tell({ line, ticket, notes }: LinedTicket, applied: Applied, dryRun: boolean): void {
    const { counts } = this.report;
    counts[applied.outcome]++;
    counts.commentsAdded += applied.commentsAdded;
    counts.commentsChanged += applied.commentsChanged;
    for (const { column, value, reason } of [...notes, ...applied.notes])
      this.note(misfitAt(line, column, value, reason));
    for (const relation of relationsOf(line, ticket)) {
      const key = keyOfRelation(relation);
      if (!this.related.has(key)) this.related.set(key, relation);
    }
    if (dryRun) this.rehearsed.add(ticket.externalId);
  }

  private note(note: Misfit): void {
    this.report.counts.keptAsText++;
    this.report.note(note);
  }

  private async within<Result>(dryRun: boolean, work: (context: TicketImport) => Promise<Result>): Promise<Result> {
    if (dryRun) return rehearse(this.deps, async (deps) => work(await this.contextIn(deps)));
    this.kept ??= await this.contextIn(this.deps);
    return work(this.kept);
  }

  private async contextIn(deps: Deps): Promise<TicketImport> {
    const { actor, mapping, tracker } = this;
    const projectId = await openProject(deps, actor, mapping.project, this.projectKey);
    const source = mapping.source ?? tracker.name;
    const personOf = trackerPeople(deps, actor, { source, projectId }, (email) => this.people.add(email));
    return { deps, actor, projectId, source, title: tracker.title, personOf };
  }
}

async function applyPage(context: TicketImport, page: readonly LinedTicket[]) {
  // People are made by transactions of their own, before: what is undone below leaves them there.
  for (const ref of page.flatMap(({ ticket }) => peopleIn(ticket))) {
    await context.personOf(ref).catch((error: unknown) => {
      // The ticket that names them is refused for it.
      if (refusal(error) === null) throw error;
    });
  }
  const apply = (deps: Deps, one: LinedTicket) => applyTicket({ ...context, deps }, one);
  return applyTogether(context.deps, context.actor, page, apply, ({ outcome }) => outcome !== 'unchanged');
}

const peopleIn = ({ reporter, assignees, watchers, comments }: ImportedTicket) =>
  [reporter, ...assignees, ...watchers, ...comments.map(({ author }) => author)].filter((ref) => ref !== null);
