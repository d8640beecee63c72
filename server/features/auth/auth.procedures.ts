import type { TRPCRouterRecord } from '@trpc/server';
import {
  ApiKeyPage,
  ChangePasswordInput,
  CreateApiKeyInput,
  CreatedApiKey,
  Done,
  EmptyMutationInput,
  ListCredentialsInput,
  LoginInput,
  Me,
  RefreshInput,
  RenewInput,
  RevokeApiKeyInput,
  RevokeSessionInput,
  SessionPage,
  TokenReply,
} from '../../../contract/auth.js';
import { EmptyInput } from '../../../contract/text.js';
import { actorProcedure, publicProcedure } from '../../rpc/trpc.js';
import { listApiKeys, listSessions, me } from './auth.queries.js';
import { changePassword } from './commands/changePassword.js';
import { createApiKey } from './commands/createApiKey.js';
import { login } from './commands/login.js';
import { logout } from './commands/logout.js';
import { logoutAll } from './commands/logoutAll.js';
import { refresh } from './commands/refresh.js';
import { renew } from './commands/renew.js';
import { revokeApiKey } from './commands/revokeApiKey.js';
import { revokeSession } from './commands/revokeSession.js';

/** For people who must first choose a new password: they may look at themselves, do so, and leave. */
const earlyProcedure = actorProcedure.meta({ beforePasswordChange: true });

export const auth = {
  login: publicProcedure
    .input(LoginInput)
    .output(TokenReply)
    .mutation(({ ctx, input }) => login(ctx.deps, ctx.connection, input)),
  refresh: publicProcedure
    .input(RefreshInput)
    .output(TokenReply)
    .mutation(({ ctx, input }) => refresh(ctx.deps, ctx.connection, input)),
  renew: publicProcedure
    .input(RenewInput)
    .output(Done)
    .mutation(({ ctx, input }) => renew(ctx.deps, ctx.connection, input)),
  logout: earlyProcedure
    .input(EmptyMutationInput)
    .output(Done)
    .mutation(({ ctx, input }) => logout(ctx.deps, ctx.actor, input)),
  logoutAll: earlyProcedure
    .input(EmptyMutationInput)
    .output(Done)
    .mutation(({ ctx, input }) => logoutAll(ctx.deps, ctx.actor, input)),
  me: earlyProcedure
    .input(EmptyInput)
    .output(Me)
    .query(({ ctx }) => me(ctx.deps, ctx.actor)),
  changePassword: earlyProcedure
    .input(ChangePasswordInput)
    .output(Done)
    .mutation(({ ctx, input }) => changePassword(ctx.deps, ctx.actor, ctx.connection.ip, input)),
  sessions: {
    list: actorProcedure
      .input(ListCredentialsInput)
      .output(SessionPage)
      .query(({ ctx, input }) => listSessions(ctx.deps, ctx.actor, input)),
    revoke: actorProcedure
      .input(RevokeSessionInput)
      .output(Done)
      .mutation(({ ctx, input }) => revokeSession(ctx.deps, ctx.actor, input)),
  },
  apiKeys: {
    list: actorProcedure
      .input(ListCredentialsInput)
      .output(ApiKeyPage)
      .query(({ ctx, input }) => listApiKeys(ctx.deps, ctx.actor, input)),
    create: actorProcedure
      .input(CreateApiKeyInput)
      .output(CreatedApiKey)
      .mutation(({ ctx, input }) => createApiKey(ctx.deps, ctx.actor, input)),
    revoke: actorProcedure
      .input(RevokeApiKeyInput)
      .output(Done)
      .mutation(({ ctx, input }) => revokeApiKey(ctx.deps, ctx.actor, input)),
  },
} satisfies TRPCRouterRecord;
