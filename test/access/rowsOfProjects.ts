import {
  amongStaff,
  line,
  ownAccount,
  projectLead,
  projectRead,
  projectReport,
  projectStaff,
  projectWork,
  signedIn,
  staffRead,
  unique,
  uniqueKey,
  type Row,
} from './outcomes.js';

/** Of projects and what is set, saved and counted there, as `matrix` has them. */
export const rowsOfProjects: Readonly<Record<string, Row>> = {
  'projects.list': line(signedIn),
  'projects.get': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'projects.get (by key)': line(projectRead, async ({ at }) => ({ key: await at.projectKey() })),
  'projects.create': line({ own: '++++ xxx x!' }, () => ({ key: uniqueKey(), name: 'New' })),
  'projects.update': line(projectLead, async ({ at }) => ({
    projectId: await at.project(),
    patch: { description: unique('Words') },
  })),
  'projects.archive': line(projectLead, async ({ at }) => ({ projectId: await at.spareProject() })),
  'projects.fields.list': line(projectStaff, async ({ at }) => ({ projectId: await at.project() })),
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

  'sla.list': line(projectStaff, async ({ at }) => ({
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
};
