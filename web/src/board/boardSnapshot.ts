import { statuses } from '../model.js';
import { isBatonError, limits, type AssignmentProposal, type BatonClient, type Member, type Page } from '../sdk.js';
import { everyStatus, type Snapshot } from './boardState.js';

export const COLUMN_PAGE = 100;
const MEMBERS_PAGE = 200;
const MEMBERS_MAX = 1_000;

const columnSort = { by: 'updatedAt', dir: 'desc' } as const;

/** Reads the first page of every column, the counts and the people. The reads are not one moment: follow first, then call this. */
export async function loadSnapshot(client: BatonClient, projectId: string, signal: AbortSignal): Promise<Snapshot> {
  const [project, members, proposals, counts, ...pages] = await Promise.all([
    client.projects.get({ projectId }, { signal }),
    loadMembers(client, projectId, signal),
    allProposals(client, projectId, signal).catch(nothingForCustomers),
    client.tickets.counts({ projectId }, { signal }),
    ...statuses.map((status) => loadColumnPage(client, { projectId, status }, signal)),
  ]);
  const empty = { items: [], nextCursor: null };
  return {
    project,
    members,
    proposals,
    counts: everyStatus((status) => counts.byStatus[status] ?? 0),
    pages: everyStatus((status) => pages[statuses.indexOf(status)] ?? empty),
  };
}

interface ColumnPage {
  readonly projectId: string;
  readonly status: (typeof statuses)[number];
  readonly cursor?: string;
}

export const loadColumnPage = (client: BatonClient, page: ColumnPage, signal: AbortSignal) =>
  client.tickets.list({ ...page, status: [page.status], sort: columnSort, limit: COLUMN_PAGE }, { signal });

/** Customers are not told who else is in the project: for them the list is empty. */
async function loadMembers(client: BatonClient, projectId: string, signal: AbortSignal): Promise<Member[]> {
  const members: Member[] = [];
  let cursor: string | null = null;
  try {
    do {
      const page: Page<Member> = await client.projects.members.list(
        { projectId, limit: MEMBERS_PAGE, ...(cursor === null ? {} : { cursor }) },
        { signal },
      );
      members.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null && members.length < MEMBERS_MAX);
  } catch (error) {
    return nothingForCustomers(error);
  }
  return members;
}

function nothingForCustomers(error: unknown): never[] {
  if (!isBatonError(error, 'FORBIDDEN')) throw error;
  return [];
}

/** What waits for a decision, in the order in which it was made; as much as one call decides on. */
export async function allProposals(client: BatonClient, projectId: string, signal: AbortSignal) {
  const found: AssignmentProposal[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<AssignmentProposal> = await client.assignments.proposals.list(
      { projectId, limit: limits.pageSizeMax, ...(cursor === null ? {} : { cursor }) },
      { signal },
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && found.length < limits.proposalsMax);
  return found;
}
