import type { TRPCRouterRecord } from '@trpc/server';
import { Done } from '../../../contract/auth.js';
import {
  CreateDepartmentInput,
  DeleteDepartmentInput,
  Department,
  DepartmentPage,
  ListDepartmentsInput,
  UpdateDepartmentInput,
} from '../../../contract/department.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createDepartment } from './commands/createDepartment.js';
import { deleteDepartment } from './commands/deleteDepartment.js';
import { updateDepartment } from './commands/updateDepartment.js';
import { listDepartments } from './departments.queries.js';

export const departments = {
  list: actorProcedure
    .input(ListDepartmentsInput)
    .output(DepartmentPage)
    .query(({ ctx, input }) => listDepartments(ctx.deps, input)),
  create: actorProcedure
    .input(CreateDepartmentInput)
    .output(Department)
    .mutation(({ ctx, input }) => createDepartment(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateDepartmentInput)
    .output(Department)
    .mutation(({ ctx, input }) => updateDepartment(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(DeleteDepartmentInput)
    .output(Done)
    .mutation(({ ctx, input }) => deleteDepartment(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
