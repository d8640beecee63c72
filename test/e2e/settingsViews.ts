import type { z } from 'zod';
import { CreateCustomFieldInput } from '../../contract/customField.js';
import { CreateRuleInput } from '../../contract/rule.js';
import { createCustomField } from '../../server/features/customFields/commands/createCustomField.js';
import { createRule } from '../../server/features/rules/commands/createRule.js';
import { parsed, type TicketWorld } from '../support/ticketWorld.js';
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
  'settings of somebody who may not': {
    path: (key) => `#/${key}/settings/rules`,
    show: (window) => window.page.getByRole('alert').filter({ hasText: 'Only those who lead' }).waitFor(),
  },
} as const satisfies Record<string, View>;

const fields: readonly Omit<z.input<typeof CreateCustomFieldInput>, 'projectId'>[] = [
  { key: 'contractNo', label: 'Contract no.', kind: 'TEXT' },
  { key: 'region', label: 'Region', kind: 'SELECT', options: ['North', 'South', 'Overseas'] },
];

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
}
