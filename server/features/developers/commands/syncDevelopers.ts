import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type { CsvReport, SyncDevelopersInput } from '../../../../contract/csvSync.js';
import { csvReport, type CsvOutcome } from '../../../csv/csvReport.js';
import { csvTextBatches } from '../../../csv/csvRecords.js';
import { misfitAt, tableRows } from '../../../csv/csvTable.js';
import type { Misfit } from '../../../csv/misfit.js';
import { oneCsvPage, type CsvPage } from '../../../csv/pages.js';
import { spooled, type SentBytes } from '../../../csv/spooled.js';
import { inPages, type Watcher } from '../../../csv/syncPages.js';
import { recordsOfFile, type TableFile } from '../../../csv/tableFile.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { definedOnly } from '../../definedOnly.js';
import type { Deps } from '../../deps.js';
import { rehearse } from '../../rehearse.js';
import { namedSkills, type NamedSkills } from '../../skills/namedSkills.js';
import { insertUser } from '../../users/insertUser.js';
import { unreachableEmails } from '../../users/unreachable.js';
import { takeTurn } from '../../users/userLocks.js';
import { orNull } from '../../validations/compare/summary.js';
import { developerLines, developerTable, USUAL_LEVEL, type DeveloperLine } from '../developerTable.js';
import { canSyncDevelopers } from '../developers.policy.js';
import type { SkillOf } from '../developers.present.js';
import { decodeDeveloper, skillsOf } from '../developers.queries.js';
import { saveDeveloper, type Profile } from '../saveDeveloper.js';
import { validateDeveloperSync } from '../validateSync.js';

const lockNamed = statement(
  'developers.lockNamed',
  (d) => `SELECT v.*, u.active AS user_active, u.role AS user_role FROM developers v JOIN users u ON u.id = v.user_id
   WHERE v.name = $1 ${d.lock('UPDATE', 'v')}`,
);
const findTaken = statement(
  'developers.takenOver',
  'SELECT v.name FROM users u JOIN developers v ON v.user_id = u.id WHERE u.email = $1',
);

type DeveloperSync = Pick<SyncDevelopersInput, 'dryRun' | 'idempotencyKey'>;

/**
 * Makes the developers of a CSV text that are not there, and gives those that are what it says; the same text twice changes nothing.
 * @throws FORBIDDEN not an administrator; BAD_INPUT it is no CSV, lacks a column, or has more rows than are taken at once.
 */
export async function syncDevelopers(deps: Deps, actor: Actor, input: SyncDevelopersInput): Promise<CsvReport> {
  demand(canSyncDevelopers(actor));
  const page = await oneCsvPage(developerLines(csvTextBatches(input.csv, input.delimiter)));
  const run = (within: Deps) => syncDeveloperPage(within, actor, input, page);
  if (input.dryRun) return rehearse(deps, run);
  const report = await run(deps);
  if (input.validate !== true) return report;
  const again = developerLines(csvTextBatches(input.csv, input.delimiter));
  const about = { name: 'csv', rows: report.rows };
  return { ...report, validation: await orNull(deps, validateDeveloperSync(deps, actor, again, about)) };
}

/**
 * The same of a file of any length up to 100 MiB, page by page.
 * @throws FORBIDDEN not an administrator; BAD_INPUT, PAYLOAD_TOO_LARGE see `inPages`.
 */
export async function syncDeveloperFile(
  deps: Deps,
  actor: Actor,
  { dryRun, validate = false }: Pick<SyncDevelopersInput, 'dryRun' | 'validate'>,
  table: TableFile,
  watcher?: Watcher,
  kind: typeof developerTable = developerTable,
): Promise<CsvReport> {
  demand(canSyncDevelopers(actor));
  const write = (page: CsvPage<DeveloperLine>) => {
    const run = (within: Deps) => syncDeveloperPage(within, actor, { dryRun }, page);
    return dryRun ? rehearse(deps, run) : run(deps);
  };
  const report = await inPages(table, kind, write, watcher);
  if (!validate || dryRun) return report;
  const again = kind.lines(tableRows(recordsOfFile(table), kind.shape));
  const about = { name: table.name ?? basename(table.file), rows: report.rows };
  return { ...report, validation: await orNull(deps, validateDeveloperSync(deps, actor, again, about)) };
}

/**
 * The same of a table that is still to come.
 * @throws FORBIDDEN before anything of it is read; UNAVAILABLE it broke off; and what `syncDeveloperFile` throws.
 */
export async function syncSentDevelopers(
  deps: Deps,
  actor: Actor,
  { dryRun, validate, delimiter }: SyncDevelopersInput,
  { bytes, encoding }: SentBytes,
): Promise<CsvReport> {
  demand(canSyncDevelopers(actor));
  return spooled(bytes, (file) =>
    syncDeveloperFile(deps, actor, { dryRun, validate }, { file, encoding, delimiter, name: 'The table' }),
  );
}

/** A page of them in one transaction. What stands against a row is in the report and holds up no other. */
export async function syncDeveloperPage(
  deps: Deps,
  actor: Actor,
  sync: DeveloperSync,
  { lines, misfits }: CsvPage<DeveloperLine>,
): Promise<CsvReport> {
  const passwordHash = await deps.auth.passwords.hash(randomBytes(32).toString('base64url'));
  return inUnitOfWork(deps, { actor, procedure: 'developers.sync', input: sync }, async (unit) => {
    demand(canSyncDevelopers(actor));
    // Two that make the same person at once go one after the other.
    await takeTurn(unit);
    const names = lines.flatMap(({ skills = [] }) => skills.map(({ name }) => name));
    const skills = await namedSkills(unit, actor, names);
    const [outcomes, refusals, ignored]: [CsvOutcome[], Misfit[], Misfit[]] = [[], [...misfits], []];
    for (const line of lines.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const found = await openProfile(unit, line, passwordHash);
      if ('reason' in found) {
        refusals.push(found);
        continue;
      }
      const changed = await bringUpToDate(unit, found.profile, line, skills);
      outcomes.push(found.isNew ? 'created' : changed ? 'updated' : 'unchanged');
      const { currentWorkload } = found.profile.row;
      if (line.workload !== undefined && line.workload !== String(currentWorkload))
        ignored.push(
          misfitAt(line.line, 'current_workload', line.workload, `is ${currentWorkload}: it follows from tickets`),
        );
    }
    return csvReport(sync.dryRun, outcomes, refusals, skills.created, ignored);
  });
}

type Opened = { readonly profile: Profile; readonly isNew: boolean };

/** The profile of this name under its lock; somebody whom nobody knows becomes a colleague who cannot sign in. */
async function openProfile(
  unit: UnitOfWork,
  { line, name }: DeveloperLine,
  passwordHash: string,
): Promise<Opened | Misfit> {
  const known = await lockProfile(unit, name);
  if (known === 'customer') return misfitAt(line, 'name', name, 'is a customer now');
  if (known) return { profile: known, isNew: false };
  const email = unreachableEmails(name, 'csv').at(-1) ?? '';
  const [taken] = await unit.all<{ name: string }>(findTaken, [email]);
  if (taken) return misfitAt(line, 'name', name, `was taken over before, and is called ${taken.name} now`);
  await insertUser(unit, {
    email,
    name,
    role: 'AGENT',
    passwordHash,
    mustChangePassword: true,
  });
  const made = await lockProfile(unit, name);
  if (!made || made === 'customer') throw new Error('a colleague without a profile');
  return { profile: made, isNew: true };
}

async function lockProfile(unit: UnitOfWork, name: string): Promise<Profile | 'customer' | null> {
  const [raw] = await unit.all<{ user_role: string }>(lockNamed, [name]);
  if (!raw) return null;
  if (raw.user_role === 'CUSTOMER') return 'customer';
  const { user_role: _, ...columns } = raw;
  const row = decodeDeveloper(columns);
  return { row, skills: (await skillsOf(unit.all, [row.id])).get(row.id) ?? [] };
}

/** Whether anything had to change. */
async function bringUpToDate(
  unit: UnitOfWork,
  before: Profile,
  line: DeveloperLine,
  named: NamedSkills,
): Promise<boolean> {
  const fields = definedOnly(line.fields);
  const skills = line.skills && wantedSkills(before.skills, line.skills, named);
  const isSame = Object.entries(fields).every(([field, value]) => before.row[field as keyof typeof fields] === value);
  if (isSame && (!skills || sameSkills(before.skills, skills))) return false;
  const after = { ...before.row, ...fields, version: before.row.version + 1, updatedAt: unit.at };
  await saveDeveloper(unit, before, after, skills);
  return true;
}

type Wanted = Pick<SkillOf, 'skillId' | 'level'>;

/** Each once, whatever name it goes by; a level that is not said stays. */
function wantedSkills(
  before: readonly SkillOf[],
  lines: NonNullable<DeveloperLine['skills']>,
  named: NamedSkills,
): Wanted[] {
  const levelNow = new Map(before.map(({ skillId, level }) => [skillId, level]));
  const wanted = new Map<string, number>();
  for (const { name, level } of lines) {
    const skillId = named.idOf(name);
    if (skillId === undefined) throw new Error('a skill that was not made');
    wanted.set(skillId, level ?? wanted.get(skillId) ?? levelNow.get(skillId) ?? USUAL_LEVEL);
  }
  return [...wanted].map(([skillId, level]) => ({ skillId, level }));
}

const sameSkills = (a: readonly Wanted[], b: readonly Wanted[]): boolean => {
  const said = (skills: readonly Wanted[]) => skills.map(({ skillId, level }) => `${skillId}:${level}`).toSorted();
  return said(a).join() === said(b).join();
};
