import type { z } from 'zod';
import { appRouter } from '../../server/rpc/appRouter.js';

export interface Procedure {
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  /** What it takes; null when it takes nothing. */
  readonly input: z.ZodType | null;
}

interface Definition {
  readonly _def: { readonly type: Procedure['type']; readonly inputs: readonly z.ZodType[] };
}

/** All that can be called, by path, as the router itself has it. */
export const everyProcedure: ReadonlyMap<string, Procedure> = new Map(
  Object.entries(appRouter._def.procedures as unknown as Record<string, Definition>).map(([path, { _def }]) => [
    path,
    { path, type: _def.type, input: _def.inputs[0] ?? null },
  ]),
);
