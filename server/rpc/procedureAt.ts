import type { z } from 'zod';
import { appRouter } from './appRouter.js';

/** What tRPC keeps of a procedure. Its types tell it of none by name. */
export interface ProcedureDefinition {
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly inputs: readonly z.ZodType[];
  readonly output: z.ZodType;
}

const { procedures } = appRouter._def as unknown as {
  readonly procedures: Readonly<Record<string, { readonly _def: ProcedureDefinition }>>;
};

/** By its whole name, `tickets.create`; undefined when there is no such procedure. */
export const procedureAt = (path: string): ProcedureDefinition | undefined => procedures[path]?._def;
