import type { TRPCRouterRecord } from '@trpc/server';
import { Done } from '../../../contract/auth.js';
import {
  CreateCustomFieldInput,
  CustomField,
  CustomFieldPage,
  ListCustomFieldsInput,
  RemoveCustomFieldInput,
  UpdateCustomFieldInput,
} from '../../../contract/customField.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createCustomField } from './commands/createCustomField.js';
import { removeCustomField } from './commands/removeCustomField.js';
import { updateCustomField } from './commands/updateCustomField.js';
import { listCustomFields } from './customFields.queries.js';

/** Stand below `projects`. */
export const customFields = {
  list: actorProcedure
    .input(ListCustomFieldsInput)
    .output(CustomFieldPage)
    .query(({ ctx, input }) => listCustomFields(ctx.deps.db, ctx.actor, input)),
  create: actorProcedure
    .input(CreateCustomFieldInput)
    .output(CustomField)
    .mutation(({ ctx, input }) => createCustomField(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateCustomFieldInput)
    .output(CustomField)
    .mutation(({ ctx, input }) => updateCustomField(ctx.deps, ctx.actor, input)),
  remove: actorProcedure
    .input(RemoveCustomFieldInput)
    .output(Done)
    .mutation(({ ctx, input }) => removeCustomField(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
