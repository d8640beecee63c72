import type { TRPCRouterRecord } from '@trpc/server';
import {
  CreateUserInput,
  GetUserInput,
  ListUsersInput,
  SetUserRoleInput,
  UpdateUserInput,
  User,
  UserDetail,
  UserIdInput,
  UserPage,
} from '../../../contract/user.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { activateUser } from './commands/activateUser.js';
import { createUser } from './commands/createUser.js';
import { deactivateUser } from './commands/deactivateUser.js';
import { setUserRole } from './commands/setUserRole.js';
import { updateUser } from './commands/updateUser.js';
import { getUser, listUsers } from './users.queries.js';

export const users = {
  list: actorProcedure
    .input(ListUsersInput)
    .output(UserPage)
    .query(({ ctx, input }) => listUsers(ctx.deps, ctx.actor, input)),
  get: actorProcedure
    .input(GetUserInput)
    .output(UserDetail)
    .query(({ ctx, input }) => getUser(ctx.deps, ctx.actor, input)),
  create: actorProcedure
    .input(CreateUserInput)
    .output(User)
    .mutation(({ ctx, input }) => createUser(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateUserInput)
    .output(User)
    .mutation(({ ctx, input }) => updateUser(ctx.deps, ctx.actor, input)),
  setRole: actorProcedure
    .input(SetUserRoleInput)
    .output(User)
    .mutation(({ ctx, input }) => setUserRole(ctx.deps, ctx.actor, input)),
  deactivate: actorProcedure
    .input(UserIdInput)
    .output(User)
    .mutation(({ ctx, input }) => deactivateUser(ctx.deps, ctx.actor, input)),
  activate: actorProcedure
    .input(UserIdInput)
    .output(User)
    .mutation(({ ctx, input }) => activateUser(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
