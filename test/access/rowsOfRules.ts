import { amongStaff, line, projectLead, projectStaff, projectWork, unique, type Row } from './outcomes.js';

const says = {
  trigger: { kind: 'EVENT', types: ['ticket.created'] },
  actions: [{ kind: 'TAG', tags: ['new'] }],
};

/** Of rules and of what they did, as `matrix` has them. */
export const rowsOfRules: Readonly<Record<string, Row>> = {
  'rules.list': line(projectStaff, async ({ at }) => ({ projectId: await at.project() })),
  // Active ones would act upon what the other lines do.
  'rules.create': line(projectLead, async ({ at }) => ({
    projectId: await at.spareProject(),
    name: unique('Rule'),
    active: false,
    ...says,
  })),
  'rules.update': line(amongStaff, async ({ at }) => ({ ruleId: await at.rule(), patch: { name: unique('Rule') } })),
  'rules.delete': line(amongStaff, async ({ at }) => ({ ruleId: await at.rule() })),
  'rules.dryRun': line(projectWork, async ({ at }) => ({
    projectId: await at.project(),
    rule: { ...says, conditions: { match: 'ALL', of: [] } },
  })),
  'rules.runs': line(projectStaff, async ({ at }) => ({ projectId: await at.project() })),
};
