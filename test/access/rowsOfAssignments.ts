import {
  internalRead,
  line,
  projectRead,
  projectStaff,
  projectWork,
  signedIn,
  ticketRead,
  ticketWork,
  type Outcomes,
  type Row,
} from './outcomes.js';

/** All of the staff, and no customer is told that there is anything. */
const proposalWork: Outcomes = { own: '+++? ??? x!', other: '+??+ ??? x!', missing: '???? ??? x!' };

/** Of who holds what, of proposals and of what plans them, as `matrix` has them. */
export const rowsOfAssignments: Readonly<Record<string, Row>> = {
  'assignments.list': line(signedIn),
  'assignments.list (of a project)': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'assignments.history (of a ticket)': line(ticketRead, async ({ at }) => ({ ticketId: await at.ticket() })),
  'assignments.history': line(ticketRead, async ({ at }) => ({ assignmentId: await at.assignment() })),
  'assignments.assign': line(ticketWork, async ({ at }) => ({
    ticketId: await at.ticket(),
    assigneeId: await at.holder(),
  })),
  'assignments.claim': line(ticketWork, async ({ at }) => ({ ticketId: await at.ticket() })),
  'assignments.reassign': line(ticketWork, async ({ at }) => ({
    assignmentId: await at.assignment(),
    newAssigneeId: await at.newcomer(),
  })),
  'assignments.remove': line(ticketWork, async ({ at }) => ({ assignmentId: await at.assignment() })),
  'assignments.save': line(ticketWork, async ({ at }) => ({
    assignments: [{ ticketId: await at.ticket(), assigneeId: await at.holder() }],
  })),

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
