import type { TRPCBuiltRouter, TRPCDecorateCreateRouterOptions } from '@trpc/server';
import { procedures } from './procedures.js';
import { router, type WireError } from './trpc.js';

export const appRouter = router(procedures);

/**
 * All that clients see of the server, and all they may import of it. `typeof appRouter` would drag the server's context into
 * their types. @see https://github.com/trpc/trpc/issues/5004
 */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: WireError; transformer: false },
  TRPCDecorateCreateRouterOptions<typeof procedures>
>;
