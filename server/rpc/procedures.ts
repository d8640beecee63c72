import type { TRPCRouterRecord } from '@trpc/server';
import { admin } from '../features/admin/admin.procedures.js';
import { assignments } from '../features/assignments/assignments.procedures.js';
import { attachments } from '../features/attachments/attachments.procedures.js';
import { auth } from '../features/auth/auth.procedures.js';
import { comments } from '../features/comments/comments.procedures.js';
import { customFields } from '../features/customFields/customFields.procedures.js';
import { conversations } from '../features/conversations/conversations.procedures.js';
import { departments } from '../features/departments/departments.procedures.js';
import { developers } from '../features/developers/developers.procedures.js';
import { live } from '../features/live/live.procedures.js';
import { messages } from '../features/messages/messages.procedures.js';
import { notifications } from '../features/notifications/notifications.procedures.js';
import { presence } from '../features/presence/presence.procedures.js';
import { projects } from '../features/projects/projects.procedures.js';
import { proposals } from '../features/proposals/proposals.procedures.js';
import { rules } from '../features/rules/rules.procedures.js';
import { search } from '../features/search/search.procedures.js';
import { skills } from '../features/skills/skills.procedures.js';
import { sla } from '../features/sla/sla.procedures.js';
import { stats } from '../features/stats/stats.procedures.js';
import { tags } from '../features/tags/tags.procedures.js';
import { tasks } from '../features/tickets/tasks.procedures.js';
import { tickets } from '../features/tickets/tickets.procedures.js';
import { users } from '../features/users/users.procedures.js';
import { validations } from '../features/validations/validations.procedures.js';
import { views } from '../features/views/views.procedures.js';
import { incoming } from '../features/webhooks/incoming.procedures.js';
import { webhooks } from '../features/webhooks/webhooks.procedures.js';

/** Every procedure there is, by router. A plain record: its type names inputs and outputs and nothing of the server. */
export const procedures = {
  admin,
  auth,
  users,
  departments,
  projects: { ...projects, fields: customFields },
  developers,
  skills,
  tickets,
  tags,
  tasks,
  assignments: { ...assignments, ...proposals },
  comments,
  search,
  views,
  validations,
  rules,
  webhooks: { ...webhooks, incoming },
  sla,
  conversations,
  messages,
  attachments,
  notifications,
  stats,
  presence,
  live,
} satisfies TRPCRouterRecord;
