import type { ProjectEventType } from '../../../contract/event.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { groupBy } from '../../kernel/groupBy.js';
import { presentProposal, type ProposalRow } from './proposals.present.js';

interface Told {
  readonly type: Extract<ProjectEventType, `assignment.${string}`>;
  readonly row: ProposalRow;
}

/** An event for each, of staff alone. Takes the projects' numbers: nothing else is locked after it. */
export async function tellProposals(unit: UnitOfWork, told: readonly Told[]): Promise<void> {
  const byProject = groupBy(told, ({ row }) => row.projectId);
  const visits = [...byProject.keys()].toSorted().map(async (projectId) => {
    const own = byProject.get(projectId) ?? [];
    const { seq } = await unit.record.number(projectId, { events: own.length });
    own.forEach(({ type, row }, nth) =>
      unit.record.append({
        seq: seq + nth,
        projectId,
        type,
        ticketId: row.ticketId,
        audience: 'TEAM',
        reporterId: null,
        payload: { proposal: presentProposal(row) },
      }),
    );
  });
  await Promise.all(visits);
}
