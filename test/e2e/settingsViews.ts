import type { z } from 'zod';
import { CreateCustomFieldInput } from '../../contract/customField.js';
import { OpenDiscrepanciesInput, WaiveDiscrepanciesInput } from '../../contract/finding.js';
import { CreateIncomingInput } from '../../contract/incomingWebhook.js';
import { CreateRuleInput } from '../../contract/rule.js';
import { CreateSlaPolicyInput } from '../../contract/sla.js';
import { SetValidationStatusInput } from '../../contract/validation.js';
import { CreateWebhookInput } from '../../contract/webhook.js';
import { adHoc } from '../../server/db/statement.js';
import { createCustomField } from '../../server/features/customFields/commands/createCustomField.js';
import { createRule } from '../../server/features/rules/commands/createRule.js';
import { createSlaPolicy } from '../../server/features/sla/commands/createSlaPolicy.js';
import { waiveDiscrepancies } from '../../server/features/validations/commands/decideDiscrepancies.js';
import { openDiscrepancies } from '../../server/features/validations/commands/openDiscrepancies.js';
import { setSessionStatus } from '../../server/features/validations/commands/setSessionStatus.js';
import { createIncoming } from '../../server/features/webhooks/commands/createIncoming.js';
import { createWebhook } from '../../server/features/webhooks/commands/createWebhook.js';
import { webhooksConsumer } from '../../server/features/webhooks/webhooksConsumer.js';
import { consumeAll } from '../../server/realtime/consumers/keepConsuming.js';
import { parsed, type TicketWorld } from '../support/ticketWorld.js';
import { aProjectSession, differing, find, result, test } from '../support/validations.js';
import type { View } from './views.js';

const ofSettings = (part: string, show: View['show']): View => ({
  as: 'lead',
  path: (key) => `#/${key}/settings/${part}`,
  show,
});

/** The settings of a project, which stand beside the other views. */
export const settingsViews = {
  'custom fields': ofSettings('fields', (window) => window.page.getByRole('row', { name: /^Contract no/ }).waitFor()),
  rules: ofSettings('rules', (window) => window.page.getByRole('row', { name: /^Fire brigade/ }).waitFor()),
  'webhooks, with what one was told': ofSettings('webhooks', async (window) => {
    const hooks = window.page.getByRole('list', { name: 'Webhooks' });
    await hooks.getByText('Baton turned it off').waitFor();
    await hooks.getByRole('button', { name: 'Deliveries' }).first().click();
    await hooks
      .getByRole('row', { name: /comment\.created/ })
      .first()
      .waitFor();
  }),
  'a new webhook': ofSettings('webhooks', async (window) => {
    await window.page.getByRole('button', { name: 'New webhook…' }).click();
    await window.page.getByLabel('Only some of it').check();
    await window.page.getByRole('group', { name: 'Validations' }).waitFor();
  }),
  'one delivery': ofSettings('webhooks', async (window) => {
    const hooks = window.page.getByRole('list', { name: 'Webhooks' });
    await hooks.getByRole('button', { name: 'Deliveries' }).first().click();
    await hooks
      .getByRole('button', { name: /^Show comment\.created/ })
      .first()
      .click();
    await window.page.getByLabel('What is sent').waitFor();
  }),
  'repositories of GitHub': ofSettings('incoming', async (window) => {
    const repositories = window.page.getByRole('list', { name: 'Repositories' });
    await repositories.getByRole('button', { name: 'Deliveries' }).first().click();
    await repositories.getByText('Nothing came yet.').waitFor();
  }),
  'SLA policies': ofSettings('sla', (window) => window.page.getByRole('row', { name: /^Night/ }).waitFor()),
  'the form of a policy': ofSettings('sla', async (window) => {
    await window.page.getByRole('button', { name: /^Change Office/ }).click();
    await window.page.getByRole('group', { name: 'Hours 1' }).waitFor();
  }),
  validations: ofSettings('validations', (window) => window.page.getByRole('row', { name: /^Helpdesk/ }).waitFor()),
  'a validation': ofSettings('validations', async (window) => {
    await window.page.getByRole('link', { name: /^Helpdesk/ }).click();
    await window.page.getByRole('cell', { name: /^Has a ticket: / }).waitFor();
    await window.page.getByRole('row', { name: /^Who sees what Passed/ }).waitFor();
  }),
  'settings of somebody who may not': {
    path: (key) => `#/${key}/settings/rules`,
    show: (window) => window.page.getByRole('alert').filter({ hasText: 'Only those who lead' }).waitFor(),
  },
} as const satisfies Record<string, View>;

const fields: readonly Omit<z.input<typeof CreateCustomFieldInput>, 'projectId'>[] = [
  { key: 'contractNo', label: 'Contract no.', kind: 'TEXT' },
  { key: 'region', label: 'Region', kind: 'SELECT', options: ['North', 'South', 'Overseas'] },
];

/** What happened since is to be told. */
const tell = ({ deps }: TicketWorld) =>
  consumeAll({ ...deps, observer: { consumed: () => undefined } }, webhooksConsumer(deps));

/** Before what happens: a webhook is told of what comes after it. */
export async function fillWebhooks(world: TicketWorld): Promise<void> {
  const { deps, db, lead, project } = world;
  await tell(world);
  const hooks = [
    {
      url: 'https://hooks.example.test/baton',
      eventTypes: ['comment.created', 'ticket.merged'],
      description: 'The wall',
    },
    {
      url: 'https://old.example.test/a/rather/long/address/that-somebody-made-up?token=0123456789',
      eventTypes: ['rule.created'],
    },
    { url: 'https://elsewhere.example.test/', eventTypes: ['rule.deleted'], active: false },
  ] satisfies Omit<z.input<typeof CreateWebhookInput>, 'projectId'>[];
  for (const hook of hooks)
    await createWebhook(deps, lead, parsed(CreateWebhookInput, { projectId: project.id, ...hook }));
  await db.all(
    adHoc("UPDATE webhooks SET active = false, disabled_reason = 'FAILING' WHERE url LIKE 'https://old%'"),
    [],
  );
}

/** After the tickets: what is promised is for those that are made from then on, so that cards stay as they are. */
async function fillPromises({ deps, lead, project }: TicketWorld): Promise<void> {
  const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'] as const;
  const timeZone = 'Europe/Berlin';
  const policies: Omit<z.input<typeof CreateSlaPolicyInput>, 'projectId'>[] = [
    {
      name: 'Night and day',
      priorities: ['URGENT'],
      firstResponseMinutes: 30,
      resolveMinutes: 480,
      calendar: { timeZone },
    },
    {
      name: 'Office hours',
      priorities: ['HIGH', 'MEDIUM'],
      categories: ['BILLING', 'TECHNICAL'],
      resolveMinutes: 1_560,
      calendar: {
        timeZone,
        hours: days.map((day) => ({ day, from: '09:00', to: '17:00' })),
        holidays: ['2031-12-25', '2032-01-01'],
      },
    },
  ];
  for (const policy of policies)
    await createSlaPolicy(deps, lead, parsed(CreateSlaPolicyInput, { projectId: project.id, ...policy }));
}

async function fillValidations(world: TicketWorld): Promise<void> {
  const { deps, ann } = world;
  await aProjectSession(world, { name: 'Another, not begun' });
  const { id: sessionId } = await aProjectSession(world, { name: 'Helpdesk of the north, last night' });
  await setSessionStatus(deps, ann, parsed(SetValidationStatusInput, { sessionId, status: 'RUNNING' }));
  await result(world, ann, { sessionId, kind: 'COUNT', compared: 12, matched: 12 });
  await result(world, ann, { sessionId, kind: 'DATA', compared: 18_204, matched: 18_201 });
  await test(world, ann, sessionId, [{ scenario: 'Who sees what', passed: true, durationMs: 12 }]);
  const ids = await find(world, ann, sessionId, [
    {
      ...differing('tickets / 54841 / title', 'Invoice 54841 was charged twice', 'Invoice 54841'),
      severity: 'CRITICAL',
    },
    { ...differing('tickets / 98046 / tags', ['vat', 'customers wait'], ['vat']), severity: 'HIGH' },
    { ...differing('tickets / 12 / due', '2026-04-01', null), severity: 'LOW' },
  ]);
  const [first, , third] = ids.discrepancyIds;
  const only = [first ?? ''];
  await openDiscrepancies(deps, ann, parsed(OpenDiscrepanciesInput, { sessionId, discrepancyIds: only }));
  const waived = { discrepancyIds: [third ?? ''], reason: 'It was closed before that day' };
  await waiveDiscrepancies(deps, ann, parsed(WaiveDiscrepanciesInput, waived));
  await setSessionStatus(deps, ann, parsed(SetValidationStatusInput, { sessionId, status: 'COMPLETED' }));
}

export async function fillSettings(world: TicketWorld): Promise<void> {
  const { deps, lead, project } = world;
  const inProject = { projectId: project.id };
  for (const field of fields)
    await createCustomField(deps, lead, parsed(CreateCustomFieldInput, { ...inProject, ...field }));
  await createRule(
    deps,
    lead,
    parsed(CreateRuleInput, {
      ...inProject,
      name: 'Fire brigade',
      trigger: { kind: 'EVENT', types: ['ticket.created'] },
      conditions: { match: 'ALL', of: [{ field: 'priority', op: 'IS', value: ['URGENT'] }] },
      actions: [
        { kind: 'TAG', tags: ['fire'] },
        { kind: 'ASSIGN', to: { strategy: 'LEAST_LOADED' }, replace: false },
      ],
    }),
  );
  for (const [name, active] of [
    ['The printers’ firmware', true],
    ['An old repository', false],
  ] as const)
    await createIncoming(deps, lead, parsed(CreateIncomingInput, { ...inProject, name, active }));
  await fillPromises(world);
  await fillValidations(world);
  await tell(world);
}
