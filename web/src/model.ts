import { priorities as risingPriorities, ticketStatuses } from './sdk.js';
import type { Priority, ProjectDetail, SlaState, Ticket, TicketStatus, User } from './sdk.js';

/** The columns from left to right. */
export const statuses = ticketStatuses;

export const statusNames: Readonly<Record<TicketStatus, string>> = {
  OPEN: 'Open',
  IN_PROGRESS: 'In progress',
  REVIEW: 'Review',
  RESOLVED: 'Resolved',
  CLOSED: 'Closed',
};

/** Most urgent first, as people choose from them. */
export const priorities = risingPriorities.toReversed();

export const priorityNames: Readonly<Record<Priority, string>> = {
  URGENT: 'Urgent',
  HIGH: 'High',
  MEDIUM: 'Medium',
  LOW: 'Low',
};

export const priorityRank = (priority: Priority): number => risingPriorities.indexOf(priority);

export const categoryNames: Readonly<Record<Ticket['category'], string>> = {
  TECHNICAL: 'Technical',
  BILLING: 'Billing',
  GENERAL: 'General',
  FEATURE_REQUEST: 'Feature request',
  BUG_REPORT: 'Bug report',
};

export const slaStateNames: Readonly<Record<SlaState, string>> = {
  RUNNING: 'Running',
  PAUSED: 'Paused',
  WARNED: 'Due soon',
  BREACHED: 'Late',
  MET: 'In time',
};

/** Events that were written before there were tags tell of none. */
export const tagsOf = ({ tags }: { readonly tags?: readonly string[] }): readonly string[] => tags ?? [];

export const waitingNames: Readonly<Record<NonNullable<Ticket['waitingOn']>, string>> = {
  CUSTOMER: 'Waiting on customer',
  THIRD_PARTY: 'Waiting on third party',
};

/** The person who looks at the board, and what the controls may offer them; the server decides all the same. */
export interface Viewer {
  readonly user: User;
  /** May claim, assign and change the status. Customers follow and comment. */
  readonly isStaff: boolean;
  /** May change how the project is set up. */
  readonly isLead: boolean;
}

export const viewerOf = (user: User, project: Pick<ProjectDetail, 'myRole'>): Viewer => ({
  user,
  isStaff: user.role === 'ADMIN' || (user.role === 'AGENT' && project.myRole !== null && project.myRole !== 'CUSTOMER'),
  isLead: user.role === 'ADMIN' || (user.role === 'AGENT' && project.myRole === 'LEAD'),
});
