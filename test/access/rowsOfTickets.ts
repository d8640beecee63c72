import {
  amongStaff,
  internalRead,
  line,
  ownAccount,
  projectRead,
  projectReport,
  projectWork,
  signedIn,
  ticketEdit,
  ticketLead,
  ticketRead,
  ticketWork,
  unique,
  type Row,
} from './outcomes.js';

/** Of tickets and tasks, how they are found, and their files, as `matrix` has them. */
export const rowsOfTickets: Readonly<Record<string, Row>> = {
  'tickets.list': line(signedIn),
  'tickets.list (of a project)': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'tickets.search': line(signedIn, () => ({ text: 'ticket' })),
  'tickets.search (in a project)': line(projectRead, async ({ at }) => ({
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

  'tags.list': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),

  'search.find': line(signedIn, () => ({ text: 'ticket assignee:me' })),
  'search.find (of messages)': line(signedIn, () => ({ text: 'anew', kinds: ['MESSAGE'], limit: 200 })),
  'search.find (in a project)': line(projectRead, async ({ at }) => ({
    projectId: await at.project(),
    text: 'ticket',
  })),

  'tasks.list': line(signedIn),
  'tasks.list (of a project)': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'tasks.get': line(ticketRead, async ({ at }) => ({ taskId: await at.task() })),
  'tasks.create': line(projectWork, async ({ at }) => ({ projectId: await at.project(), title: 'New' })),
  'tasks.update': line(ticketEdit, async ({ at }) => ({ taskId: await at.task(), patch: { title: unique('Title') } })),
  'tasks.delete': line(ticketLead, async ({ at }) => ({ taskId: await at.task() })),

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
};
