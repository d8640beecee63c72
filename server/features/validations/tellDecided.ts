import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { groupBy } from '../../kernel/groupBy.js';
import { tellValidation } from './tellValidation.js';
import type { DiscrepancyRow } from './validations.present.js';

const IDS_TOLD = 100;
const ownersOf = statement(
  'validations.owners',
  (d) => `SELECT s.id, s.owner_id FROM validation_sessions s WHERE ${d.anyOf('s.id', '$1')} ORDER BY s.id`,
);

/** An event for each project that they are of, and for each session of no project. Nothing else is locked after it. */
export async function tellDecided(unit: UnitOfWork, rows: readonly DiscrepancyRow[]): Promise<void> {
  const ofProjects = groupBy(
    rows.filter(({ projectId }) => projectId !== null),
    ({ projectId }) => projectId ?? '',
  );
  for (const projectId of [...ofProjects.keys()].toSorted())
    await tell(unit, { id: '', projectId, ownerId: null }, ofProjects.get(projectId) ?? []);
  const alone = groupBy(
    rows.filter(({ projectId }) => projectId === null),
    ({ sessionId }) => sessionId,
  );
  if (alone.size === 0) return;
  const owners = await unit.all<{ id: string; owner_id: string | null }>(ownersOf, [[...alone.keys()]]);
  for (const { id, owner_id: ownerId } of owners)
    await tell(unit, { id, projectId: null, ownerId }, alone.get(id) ?? []);
}

const tell = (
  unit: UnitOfWork,
  whose: Parameters<typeof tellValidation>[1],
  rows: readonly DiscrepancyRow[],
): Promise<void> => {
  const [first] = rows;
  if (!first) return Promise.resolve();
  const discrepancyIds = rows.slice(0, IDS_TOLD).map(({ id }) => id);
  return tellValidation(unit, whose, 'discrepancy.updated', {
    status: first.status,
    count: rows.length,
    discrepancyIds,
  });
};
