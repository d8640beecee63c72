import { PASSWORD } from '../support/world.js';
import { signIn } from '../support/people.js';
import { everyProcedure } from './everyProcedure.js';
import { apiKeyOf, developerOf } from './places.js';
import {
  adminRead,
  adminWrite,
  adminWriteOne,
  adminWritePerson,
  amongStaff,
  anybody,
  email,
  internalRead,
  line,
  lineOfCaller,
  ownAccount,
  ownCredential,
  projectLead,
  projectRead,
  projectReport,
  projectStaff,
  projectWork,
  signedIn,
  staffRead,
  ticketEdit,
  ticketLead,
  ticketRead,
  ticketWork,
  unique,
  uniqueKey,
  type About,
  type Row,
} from './outcomes.js';
import { rowsOfProposals } from './rowsOfProposals.js';
import { rowsOfRules } from './rowsOfRules.js';
import { rowsOfTalk } from './rowsOfTalk.js';
import { rowsOfValidations } from './rowsOfValidations.js';
import { rowsOfWebhooks } from './rowsOfWebhooks.js';
import type { Call } from './transports.js';

/** One row, or more, for each procedure; what stands in parentheses tells rows of one procedure apart. */
export const matrix: Readonly<Record<string, Row>> = {
  ...rowsOfTalk,
  ...rowsOfProposals,
  ...rowsOfRules,
  ...rowsOfWebhooks,

  'admin.health': line(adminRead, () => undefined),
  'admin.statements': line(adminRead),
  'admin.subscriptions': line(adminRead),
  'admin.audit': line(adminRead),

  'auth.login': line(anybody, ({ caller }) => ({ email: caller.person.email, password: PASSWORD })),
  'auth.refresh': line({ other: '++++ +++ ++', missing: '!!!! !!! !!' }, async ({ at }) => ({
    refreshToken: await at.refreshToken(),
  })),
  'auth.renew': lineOfCaller(
    { own: '++++ +++ +!', other: 'xxxx xxx x!', missing: '!!!! !!! !!' },
    async ({ app, at, side, caller }) => ({
      accessToken: side === 'own' ? (await signIn(app, caller.person)).accessToken : await at.accessToken(),
    }),
  ),
  'auth.logout': lineOfCaller(ownAccount),
  'auth.logoutAll': lineOfCaller(ownAccount),
  'auth.me': line(signedIn, () => undefined),
  'auth.changePassword': lineOfCaller(ownAccount, () => ({
    currentPassword: PASSWORD,
    newPassword: `new ${PASSWORD}`,
  })),
  'auth.sessions.list': line(signedIn),
  'auth.sessions.revoke': line(ownCredential, async ({ app, at, side, caller }) => ({
    sessionId: side === 'own' ? (await signIn(app, caller.person)).sessionId : await at.session(),
  })),
  'auth.apiKeys.list': line(signedIn),
  'auth.apiKeys.create': line(ownAccount, () => ({ name: 'a key' })),
  'auth.apiKeys.revoke': line(ownCredential, async ({ app, at, side, caller }) => ({
    apiKeyId: side === 'own' ? await apiKeyOf(app, await signIn(app, caller.person)) : await at.apiKey(),
  })),

  'users.list': line(staffRead),
  'users.get': line({ own: '++++ +++ +!', other: '++++ ??? +!', missing: '???? ??? ?!' }, async ({ self }) => ({
    userId: await self.userId(),
  })),
  'users.create': line(adminWrite, () => ({ email: email(), name: 'New', role: 'AGENT', password: PASSWORD })),
  'users.update': lineOfCaller(adminWritePerson, async ({ self }) => ({
    userId: await self.userId(),
    patch: { title: unique('Title') },
  })),
  'users.setRole': lineOfCaller(adminWritePerson, async ({ self }) => ({
    userId: await self.userId(),
    role: 'CUSTOMER',
  })),
  'users.deactivate': lineOfCaller(adminWritePerson, async ({ self }) => ({ userId: await self.userId() })),
  'users.activate': lineOfCaller(adminWritePerson, async ({ self }) => ({ userId: await self.userId() })),

  'departments.list': line(signedIn),
  'departments.create': line(adminWrite, () => ({ name: unique('Department of') })),
  'departments.update': line(adminWriteOne, async ({ at }) => ({
    departmentId: await at.department(),
    patch: { description: unique('Words') },
  })),
  'departments.delete': line(adminWriteOne, async ({ at }) => ({ departmentId: await at.department() })),

  'projects.list': line(signedIn),
  'projects.get': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'projects.get (by key)': line(projectRead, async ({ at }) => ({ key: await at.projectKey() })),
  'projects.create': line({ own: '++++ xxx x!' }, () => ({ key: uniqueKey(), name: 'New' })),
  'projects.update': line(projectLead, async ({ at }) => ({
    projectId: await at.project(),
    patch: { description: unique('Words') },
  })),
  'projects.archive': line(projectLead, async ({ at }) => ({ projectId: await at.spareProject() })),
  'projects.fields.list': line(
    { own: '+++? xx? +!', other: '+??+ ??x ?!', missing: '???? ??? ?!' },
    async ({ at }) => ({ projectId: await at.project() }),
  ),
  'projects.fields.create': line(projectLead, async ({ at }) => ({
    projectId: await at.spareProject(),
    key: uniqueKey().toLowerCase(),
    kind: 'NUMBER',
    label: 'A number',
  })),
  'projects.fields.update': line(amongStaff, async ({ at }) => ({
    fieldId: await at.customField(),
    patch: { label: unique('Label') },
  })),
  'projects.fields.remove': line(amongStaff, async ({ at }) => ({ fieldId: await at.customField() })),
  'sla.list': line({ own: '+++? xx? +!', other: '+??+ ??x ?!', missing: '???? ??? ?!' }, async ({ at }) => ({
    projectId: await at.project(),
  })),
  'sla.create': line(projectLead, async ({ at }) => ({
    projectId: await at.spareProject(),
    name: unique('Policy'),
    resolveMinutes: 60,
    calendar: { timeZone: 'UTC' },
  })),
  'sla.update': line(amongStaff, async ({ at }) => ({
    policyId: await at.slaPolicy(),
    patch: { name: unique('Policy') },
  })),
  'sla.delete': line(amongStaff, async ({ at }) => ({ policyId: await at.slaPolicy() })),
  'projects.members.list': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'projects.members.add': line(projectLead, async ({ at }) => ({
    projectId: await at.project(),
    userId: await at.user(),
    role: 'MEMBER',
  })),
  'projects.members.setRole': line(projectLead, async ({ at }) => ({
    projectId: await at.project(),
    userId: await at.newcomer(),
    role: 'LEAD',
  })),
  'projects.members.remove': line(projectLead, async ({ at }) => ({
    projectId: await at.project(),
    userId: await at.newcomer(),
  })),

  'developers.list': line(staffRead),
  'developers.list (of a project)': line(
    { own: '+++? xxx +!', other: '+??+ xxx ?!', missing: '???? xxx ?!' },
    async ({ at }) => ({ projectId: await at.project() }),
  ),
  'developers.get': line({ own: '++++ xxx +!', other: '++++ xxx +!', missing: '???? xxx ?!' }, async ({ self }) => ({
    developerId: await self.developerId(),
  })),
  'developers.update': line({ own: '++++ xxx x!', other: '+xxx xxx x!', missing: '???? xxx x!' }, async ({ self }) => ({
    developerId: await self.developerId(),
    patch: { title: unique('Title') },
  })),

  'developers.sync': line(adminWrite, () => ({ csv: `name,title\n${unique('Dev')},Engineer` })),
  'developers.export': line(staffRead),
  'developers.refreshWorkloads': line(adminWrite),

  'skills.list': line(staffRead),
  'skills.create': line(adminWrite, () => ({ name: unique('Skill of') })),
  'skills.update': line(adminWriteOne, async ({ at }) => ({
    skillId: await at.skill(),
    patch: { aliases: [unique('alias')] },
  })),

  'tickets.list': line(signedIn),
  'tickets.list (of a project)': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'tags.list': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'tickets.search': line(signedIn, () => ({ text: 'ticket' })),
  'tickets.search (in a project)': line(projectRead, async ({ at }) => ({
    projectId: await at.project(),
    text: 'ticket',
  })),
  'search.find': line(signedIn, () => ({ text: 'ticket assignee:me' })),
  'search.find (of messages)': line(signedIn, () => ({ text: 'anew', kinds: ['MESSAGE'], limit: 200 })),
  'search.find (in a project)': line(projectRead, async ({ at }) => ({
    projectId: await at.project(),
    text: 'ticket',
  })),
  'tickets.counts': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'tickets.export': line(signedIn, () => ({ format: 'csv' })),
  'tickets.export (of a project)': line(projectRead, async ({ at }) => ({
    projectId: await at.project(),
    format: 'json',
  })),
  'tickets.get': line(ticketRead, async ({ at }) => ({ ticketId: await at.ticket() })),
  'tickets.get (by key)': line(ticketRead, async ({ at }) => ({ key: await at.ticketKey() })),
  'tickets.timeline': line(ticketRead, async ({ at }) => ({ ticketId: await at.ticket() })),
  'tickets.history': line(ticketRead, async ({ at }) => ({ ticketId: await at.ticket() })),
  'tickets.create': line(projectReport, async ({ at }) => ({ projectId: await at.project(), title: 'New' })),
  'tickets.create (from a conversation)': line(
    { own: '+++? xx? x!', other: '+??+ ??x x!', missing: '???? ??? x!' },
    async ({ at, side }) => ({
      projectId: await at.project(),
      title: 'New',
      assigneeId: await at.holder(),
      ...(side === 'missing' ? {} : { conversationId: await at.channel() }),
    }),
  ),
  'tickets.create (as staff do)': line(projectWork, async ({ at }) => ({
    projectId: await at.project(),
    title: 'New',
    assigneeId: await at.holder(),
  })),
  'tickets.update': line(ticketEdit, async ({ at }) => ({
    ticketId: await at.ticket(),
    patch: { title: unique('Title') },
  })),
  'tickets.update (as staff do)': line(ticketWork, async ({ at }) => ({
    ticketId: await at.ticket(),
    patch: { status: 'IN_PROGRESS' },
  })),
  // What may not be changed is told of in its report.
  'tickets.bulkUpdate': line({ ...ownAccount, other: '++++ +++ x!', missing: '++++ +++ x!' }, async ({ at }) => ({
    ticketIds: [await at.ticket()],
    patch: { title: unique('Title') },
  })),
  'tickets.sync': line(projectWork, async ({ at }) => ({
    projectId: await at.project(),
    source: unique('source'),
    csv: 'id,description\n1,A ticket of a file',
  })),
  'tickets.delete': line(ticketLead, async ({ at }) => ({ ticketId: await at.ticket() })),
  'tickets.restore': line(ticketLead, async ({ at }) => ({ ticketId: await at.deletedTicket() })),
  'tickets.move': line(ticketWork, async ({ at }) => ({
    ticketId: await at.ticket(),
    projectId: await at.spareProject(),
  })),

  'tickets.tag': line(ticketWork, async ({ at }) => ({ ticketId: await at.ticket(), tags: [unique('tag')] })),
  'tickets.untag': line(ticketWork, async ({ at }) => ({ ticketId: await at.ticket(), tags: ['none'] })),

  'tickets.link': line(ticketWork, async ({ at }) => ({
    ticketId: await at.ticket(),
    otherId: await at.task(),
    type: 'BLOCKS',
  })),
  'tickets.unlink': line(ticketWork, async ({ at }) => ({
    ticketId: await at.ticket(),
    otherId: await at.task(),
    type: 'RELATES',
  })),
  'tickets.merge': line(ticketWork, async ({ at }) => ({ ticketId: await at.ticket(), intoId: await at.task() })),
  'tickets.unmerge': line(ticketWork, async ({ at }) => ({ ticketId: await at.mergedTicket() })),
  'tickets.split': line(ticketWork, async ({ at }) => ({ ticketId: await at.ticket(), title: 'Another matter' })),
  'tickets.watch': line(ticketEdit, async ({ at }) => ({ ticketId: await at.ticket() })),
  'tickets.unwatch': line(ticketEdit, async ({ at }) => ({ ticketId: await at.ticket() })),
  'tickets.watchers': line({ own: '+++? x?? +!', other: '+??+ ??x ?!', missing: '???? ??? ?!' }, async ({ at }) => ({
    ticketId: await at.ticket(),
  })),

  'tasks.list': line(signedIn),
  'tasks.list (of a project)': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'tasks.get': line(ticketRead, async ({ at }) => ({ taskId: await at.task() })),
  'tasks.create': line(projectWork, async ({ at }) => ({ projectId: await at.project(), title: 'New' })),
  'tasks.update': line(ticketEdit, async ({ at }) => ({ taskId: await at.task(), patch: { title: unique('Title') } })),
  'tasks.delete': line(ticketLead, async ({ at }) => ({ taskId: await at.task() })),

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

  'comments.list': line(ticketRead, async ({ at }) => ({ ticketId: await at.ticket() })),
  'comments.create': line(ticketEdit, async ({ at }) => ({ ticketId: await at.ticket(), content: 'Words' })),
  'comments.create (internal)': line(ticketWork, async ({ at }) => ({
    ticketId: await at.ticket(),
    content: 'Words',
    visibility: 'INTERNAL',
  })),
  'comments.update': line(ticketLead, async ({ at }) => ({
    commentId: await at.comment(),
    patch: { content: unique('Words') },
  })),
  'comments.update (internal)': line(amongStaff, async ({ at }) => ({
    commentId: await at.internalComment(),
    patch: { content: unique('Words') },
  })),
  'comments.delete': line(ticketLead, async ({ at }) => ({ commentId: await at.comment() })),
  'comments.delete (internal)': line(amongStaff, async ({ at }) => ({ commentId: await at.internalComment() })),

  'views.list': line(signedIn),
  'views.list (of a project)': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'views.create': line(ownAccount, () => ({ name: unique('View'), filter: { unassigned: true } })),
  'views.create (in a project)': line(projectReport, async ({ at }) => ({
    name: unique('View'),
    projectId: await at.project(),
    filter: {},
  })),
  'views.create (shared)': line(projectWork, async ({ at }) => ({
    name: unique('View'),
    projectId: await at.project(),
    filter: {},
    shared: true,
  })),
  'views.update': line(amongStaff, async ({ at }) => ({
    viewId: await at.view(),
    patch: { name: unique('View') },
  })),
  'views.delete': line(amongStaff, async ({ at }) => ({ viewId: await at.view() })),

  'attachments.list': line(ticketRead, async ({ at }) => ({ ticketId: await at.ticket() })),
  'attachments.get': line(ticketRead, async ({ at }) => ({ attachmentId: await at.attachment() })),
  'attachments.get (internal)': line(internalRead, async ({ at }) => ({ attachmentId: await at.internalAttachment() })),
  'attachments.create': line(ticketEdit, async ({ at }) => ({
    ticketId: await at.ticket(),
    filename: 'a file',
    size: 1,
    sha256: 'a'.repeat(64),
  })),
  'attachments.delete': line(ticketLead, async ({ at }) => ({ attachmentId: await at.attachment() })),
  'attachments.delete (internal)': line(amongStaff, async ({ at }) => ({
    attachmentId: await at.internalAttachment(),
  })),

  'notifications.list': line(signedIn),
  'notifications.markRead': line(ownAccount, async ({ at }) => ({ ids: [await at.notification()] })),
  'notifications.preferences.get': line(signedIn, () => undefined),
  'notifications.preferences.update': line(ownAccount, () => ({
    kind: 'MENTION',
    patch: { inApp: false },
  })),

  'stats.dashboard': line(staffRead),
  'stats.dashboard (of a project)': line(projectStaff, async ({ at }) => ({ projectId: await at.project() })),
  'stats.assignments': line(staffRead),
  'stats.assignments (of a project)': line(projectStaff, async ({ at }) => ({ projectId: await at.project() })),
  'stats.throughput': line(staffRead, () => ({ from: '2026-01-01', to: '2026-12-31' })),
  'stats.throughput (of a project)': line(projectStaff, async ({ at }) => ({
    projectId: await at.project(),
    from: '2026-01-01',
    to: '2026-12-31',
  })),
  'stats.timeToResolve': line(staffRead, () => ({ from: '2026-01-01', to: '2026-12-31' })),
  'stats.timeToResolve (of a project)': line(projectStaff, async ({ at }) => ({
    projectId: await at.project(),
    from: '2026-01-01',
    to: '2026-12-31',
  })),

  'presence.set': line(ticketEdit, async ({ at }) => ({ ticketId: await at.ticket(), typing: true })),

  'live.me': line(signedIn),
  'live.project': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'live.ticket': line(ticketRead, async ({ at }) => ({ ticketId: await at.ticket() })),
  'live.tickets': line(signedIn),
  'live.tickets (of a project)': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  ...rowsOfValidations,
};

export const pathOf = (name: string): string => name.split(' ', 1)[0] ?? '';

/** The input of a row for this caller, made of what is in this place. */
export async function inputOf({ input }: Row, about: Omit<About, 'self'>): Promise<unknown> {
  const { app, at, side, caller } = about;
  const isOwn = side === 'own';
  const self = {
    userId: () => (isOwn ? Promise.resolve(caller.person.userId) : at.user()),
    developerId: () => (isOwn ? developerOf(app, caller.person) : at.developer()),
  };
  return input({ ...about, self });
}

/** The call that a line stands for. */
export async function callOf(name: string, row: Row, about: Omit<About, 'self'>): Promise<Call> {
  const procedure = everyProcedure.get(pathOf(name));
  if (!procedure) throw new Error(`There is no ${name}`);
  return { path: procedure.path, type: procedure.type, input: await inputOf(row, about) };
}
