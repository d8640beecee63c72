import { adHoc } from '../../server/db/statement.js';
import { newId } from '../../server/kernel/ids.js';
import type { Place } from './places.js';
import type { World } from '../support/world.js';
import { line, staffRead, unique, type About, type Outcomes, type Row } from './outcomes.js';

/** Validations are among staff: no customer is told of any. Those of the table are an administrator's, in the project. */
const read: Outcomes = { own: '+++? xxx +!', other: '+??+ xxx ?!', missing: '???? xxx ?!' };
const work: Outcomes = { own: '+++? xxx x!', other: '+??+ xxx x!', missing: '???? xxx x!' };
/** Of the owner, those it is shared with to edit, and leads. */
const edit: Outcomes = { own: '++x? xxx x!', other: '+??x xxx x!', missing: '???? xxx x!' };

const ofSession = async ({ at }: About) => ({ sessionId: await at.validation() });
const ofProject = async ({ at }: About) => ({ projectId: await at.project() });

/** What is of a session, beside that session. */
async function withSession(app: World, table: string, name: string, id: string) {
  const [row] = await app.db.all<{ session_id: string }>(adHoc(`SELECT session_id FROM ${table} WHERE id = $1`), [id]);
  return { sessionId: row?.session_id ?? newId(), [name]: id };
}
async function openInput(app: World, at: Place) {
  const id = await at.discrepancy();
  const { sessionId } = await withSession(app, 'discrepancies', 'discrepancyId', id);
  return { sessionId, discrepancyIds: [id] };
}
const days = { from: '2026-11-01', to: '2026-11-30' };

/** Of validations and what they find, as `matrix` has them. */
export const rowsOfValidations: Readonly<Record<string, Row>> = {
  'validations.sessions.list': line(staffRead),
  'validations.sessions.list (of a project)': line(read, ofProject),
  'validations.sessions.get': line(read, ofSession),
  'validations.sessions.create': line({ own: '++++ xxx x!' }, () => ({
    name: unique('Validation'),
    sourceTechnology: 'Jira',
    targetTechnology: 'Baton',
  })),
  'validations.sessions.create (in a project)': line(work, async ({ at }) => ({
    name: unique('Validation'),
    sourceTechnology: 'Jira',
    targetTechnology: 'Baton',
    projectId: await at.project(),
  })),
  'validations.sessions.setStatus': line(edit, async ({ at }) => ({
    sessionId: await at.validation(),
    status: 'RUNNING',
  })),
  'validations.sessions.appendLog': line(edit, async (about) => ({
    ...(await ofSession(about)),
    lines: [{ message: 'Words' }],
  })),
  'validations.sessions.logs': line(read, ofSession),
  'validations.sessions.archive': line(edit, async ({ at }) => ({ sessionId: await at.validation() })),
  'validations.sessions.delete': line(edit, async ({ at }) => ({ sessionId: await at.validation() })),
  'validations.sessions.share': line(edit, async ({ at }) => ({
    sessionId: await at.validation(),
    userId: await at.holder(),
    permission: 'VIEW',
  })),
  'validations.sessions.export': line(read, async (about) => ({ ...(await ofSession(about)), format: 'csv' })),
  'validations.results.add': line(edit, async (about) => ({
    ...(await ofSession(about)),
    kind: 'DATA',
    compared: 3,
    matched: 2,
  })),
  'validations.results.list': line(read, ofSession),
  'validations.results.stats': line(read, ofSession),
  'validations.discrepancies.add': line(edit, async (about) => ({
    ...(await ofSession(about)),
    discrepancies: [{ type: 'VALUE', sourcePath: unique('path') }],
  })),
  'validations.discrepancies.add (to a result)': line(edit, async ({ app, at }) => ({
    ...(await withSession(app, 'validation_results', 'resultId', await at.validationResult())),
    discrepancies: [{ type: 'VALUE', sourcePath: unique('path') }],
  })),
  'validations.discrepancies.list': line(staffRead),
  'validations.discrepancies.list (of a project)': line(read, ofProject),
  'validations.discrepancies.list (of a session)': line(read, ofSession),
  'validations.discrepancies.trends': line(read, async (about) => ({ ...(await ofProject(about)), ...days })),
  'validations.discrepancies.trends (of a session)': line(read, async (about) => ({
    ...(await ofSession(about)),
    ...days,
  })),
  'validations.discrepancies.open': line(work, ({ app, at }) => openInput(app, at)),
  'validations.discrepancies.open (in a project)': line(work, async ({ app, at }) => ({
    ...(await openInput(app, at)),
    projectId: await at.project(),
  })),
  'validations.discrepancies.resolve': line(work, async ({ at }) => ({ discrepancyIds: [await at.discrepancy()] })),
  'validations.discrepancies.waive': line(work, async ({ at }) => ({
    discrepancyIds: [await at.discrepancy()],
    reason: 'May be',
  })),
  'validations.behavioralTests.add': line(edit, async (about) => ({
    ...(await ofSession(about)),
    tests: [{ scenario: 'How many', expected: 1, actual: 1 }],
  })),
  'validations.behavioralTests.list': line(read, ofSession),
  'validations.metrics': line(staffRead, () => days),
  'validations.metrics (of a project)': line(read, async (about) => ({ ...(await ofProject(about)), ...days })),
};
