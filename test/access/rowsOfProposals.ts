import { internalRead, line, projectStaff, projectWork, signedIn, type Outcomes, type Row } from './outcomes.js';

/** All of the staff, and no customer is told that there is anything. */
const proposalWork: Outcomes = { own: '+++? ??? x!', other: '+??+ ??? x!', missing: '???? ??? x!' };

/** Of proposals and of what plans them, as `matrix` has them. */
export const rowsOfProposals: Readonly<Record<string, Row>> = {
  'assignments.propose': line(projectWork, async ({ at }) => ({
    projectId: await at.project(),
    filters: { priority: ['URGENT'] },
  })),
  'assignments.approve': line(proposalWork, async ({ at }) => ({ proposalIds: [await at.proposal()] })),
  'assignments.reject': line(proposalWork, async ({ at }) => ({
    proposalIds: [await at.proposal()],
    reason: 'Away then',
  })),
  'assignments.reset': line(projectWork, async ({ at }) => {
    await at.proposal();
    return { projectId: await at.project() };
  }),
  'assignments.proposals.list': line(signedIn),
  'assignments.proposals.list (of a project)': line(projectStaff, async ({ at }) => ({
    projectId: await at.project(),
  })),
  'assignments.proposals.get': line(internalRead, async ({ at }) => ({ proposalId: await at.proposal() })),
  'assignments.runs.list': line(projectStaff, async ({ at }) => ({ projectId: await at.project() })),
  'assignments.runs.get': line(internalRead, async ({ at }) => ({ runId: await at.run() })),
};
