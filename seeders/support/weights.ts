import type { Category, Priority, TicketStatus } from '../../contract/ticket.js';
import type { z } from 'zod';
import { weighted } from './random.js';

type CategoryName = z.infer<typeof Category>;

export const anyStatus = weighted<TicketStatus>({ OPEN: 28, IN_PROGRESS: 22, REVIEW: 12, RESOLVED: 13, CLOSED: 25 });
export const anyPriority = weighted<Priority>({ LOW: 22, MEDIUM: 48, HIGH: 22, URGENT: 8 });
export const storyPoints = [1, 2, 3, 5, 8, 13] as const;

/** What kind of work a project mostly gets. */
export const anyCategoryOf = {
  SUP: weighted<CategoryName>({ TECHNICAL: 25, BILLING: 35, GENERAL: 25, FEATURE_REQUEST: 5, BUG_REPORT: 10 }),
  WEB: weighted<CategoryName>({ TECHNICAL: 10, BILLING: 3, GENERAL: 7, FEATURE_REQUEST: 40, BUG_REPORT: 40 }),
  OPS: weighted<CategoryName>({ TECHNICAL: 70, BILLING: 2, GENERAL: 10, FEATURE_REQUEST: 8, BUG_REPORT: 10 }),
};

/** Which department answers for a category, and what it takes to solve one. */
export const departmentOf: Readonly<Record<CategoryName, string>> = {
  TECHNICAL: 'Operations',
  BILLING: 'Finance',
  GENERAL: 'Support',
  FEATURE_REQUEST: 'Engineering',
  BUG_REPORT: 'Engineering',
};
export const skillsFor: Readonly<Record<CategoryName, readonly string[]>> = {
  TECHNICAL: ['Networking', 'Linux', 'Kubernetes', 'Security'],
  BILLING: ['Billing'],
  GENERAL: ['Customer care'],
  FEATURE_REQUEST: ['TypeScript', 'React', 'CSS', 'Accessibility'],
  BUG_REPORT: ['TypeScript', 'Node.js', 'PostgreSQL', 'React'],
};
