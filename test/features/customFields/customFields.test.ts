import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { CreateCustomFieldInput, UpdateCustomFieldInput, type CustomField } from '../../../contract/customField.js';
import { createCustomField } from '../../../server/features/customFields/commands/createCustomField.js';
import { removeCustomField } from '../../../server/features/customFields/commands/removeCustomField.js';
import { updateCustomField } from '../../../server/features/customFields/commands/updateCustomField.js';
import { listCustomFields } from '../../../server/features/customFields/customFields.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { anAgent, aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, parsed, patchTicket, refusal, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('the custom fields of a project', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  let keys = 0;
  const define = (given: Partial<z.input<typeof CreateCustomFieldInput>> = {}, actor: Actor = world.lead) =>
    createCustomField(
      world.deps,
      actor,
      parsed(CreateCustomFieldInput, {
        projectId: world.project.id,
        key: `k${++keys}`,
        kind: 'TEXT',
        label: 'A field',
        ...given,
      }),
    );
  const update = (field: CustomField, patch: object, expectedVersion?: number, actor: Actor = world.lead) =>
    updateCustomField(world.deps, actor, parsed(UpdateCustomFieldInput, { fieldId: field.id, patch, expectedVersion }));
  const remove = ({ id: fieldId }: { id: string }, actor: Actor = world.lead) =>
    removeCustomField(world.deps, actor, { fieldId });
  const list = (actor: Actor = world.ann, projectId = world.project.id, rest: { active?: boolean } = {}) =>
    listCustomFields(world.db, actor, { projectId, limit: 200, ...rest });

  it('read back as they were defined, in their order', async () => {
    const { id: projectId } = await aProject(world, { lead: world.lead });
    const options = ['Low', 'high', 'Ünknown'];
    const [b, a] = [await define({ projectId }), await define({ projectId, kind: 'SELECT', options, required: true })];
    const first = await define({ projectId, position: 0 });

    expect((await list(world.lead, projectId)).items).toEqual([b, first, a]);
    expect(a).toMatchObject({ position: 1, active: true, required: true, options, version: 1 });
    const gone = await update(b, { active: false, label: 'Renamed' });
    expect(gone).toMatchObject({ active: false, label: 'Renamed', version: 2 });
    expect((await list(world.lead, projectId, { active: true })).items).toEqual([first, a]);
    expect((await list(world.lead, projectId, { active: false })).items).toEqual([gone]);
  });

  it('are managed by leads, listed by staff, and known to nobody else', async () => {
    const field = await define();

    expect((await list(world.ann)).items).toContainEqual(field);
    await expect(list(world.customer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(list(await anAgent(world))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await refusal(world, 'FORBIDDEN', () => define({}, world.ann));
    await refusal(world, 'FORBIDDEN', () => update(field, { label: 'x' }, undefined, world.ann));
    await refusal(world, 'FORBIDDEN', () => remove(field, world.ann));
    await refusal(world, 'NOT_FOUND', () => update(field, { label: 'x' }, undefined, world.customer));
    await refusal(world, 'NOT_FOUND', () => remove({ id: newId() }));
    await refusal(world, 'NOT_FOUND', () => define({ projectId: world.foreign.id }));
  });

  it('are refused when they are there already, or options and kind do not go together', async () => {
    const field = await define();

    await refusal(world, 'DUPLICATE', () => define({ key: field.key }));
    await refusal(world, 'BAD_INPUT', () => define({ kind: 'SELECT' }));
    await refusal(world, 'BAD_INPUT', () => define({ kind: 'NUMBER', options: ['1'] }));
    await refusal(world, 'BAD_INPUT', () => update(field, { options: ['x'] }));
    for (const key of ['', 'A', '1a', 'a-b', 'a b', 'é', `a${'b'.repeat(40)}`])
      expect(CreateCustomFieldInput.safeParse({ projectId: newId(), key, kind: 'TEXT', label: 'x' }).success).toBe(
        false,
      );
  });

  it('are not changed from a version that is no longer the last, nor by what they say already', async () => {
    const field = await define();
    expect(await update(field, { label: field.label })).toEqual(field);
    await update(field, { required: true });

    await refusal(world, 'CONFLICT', () => update(field, { label: 'x' }, 1));
    await update(field, { required: false });
  });

  it('are at most fifty', async () => {
    const { id: projectId } = await aProject(world, { lead: world.lead });
    for (let nth = 0; nth < 50; nth++) await define({ projectId });

    await refusal(world, 'CONFLICT', () => define({ projectId }));
  });

  it('are removed only while no ticket has a value of them', async () => {
    const [used, unused] = [await define({ kind: 'BOOLEAN' }), await define()];
    const ticket = await aTicket(world, { customFields: { [used.key]: false } });

    await refusal(world, 'CONFLICT', () => remove(used));
    await remove(unused);
    expect((await list()).items.map(({ id }) => id)).not.toContain(unused.id);
    await patchTicket(world, world.ann, ticket.id, { customFields: { [used.key]: null } });
    await remove(used);
  });

  describe('while tickets are given them', () => {
    it('never leave a value of a field that is gone', async () => {
      for (let nth = 0; nth < 8; nth++) {
        const [field, ticket] = [await define(), await aTicket(world)];
        const [given, removed] = await Promise.allSettled([
          patchTicket(world, world.ann, ticket.id, { customFields: { [field.key]: 'x' } }),
          remove(field),
        ]);

        expect([given.status, removed.status].toSorted()).toEqual(['fulfilled', 'rejected']);
      }
    });
  });
});
