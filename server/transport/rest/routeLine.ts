import type { TicketExport } from '../../../contract/ticketExport.js';
import type { procedures } from '../../rpc/procedures.js';

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof methods)[number];

export interface RouteLine {
  readonly at: `${Method} /api/${string}`;
  /** What it does, in one line. */
  readonly says: string;
  /** The address of what a call makes, out of the reply's fields. */
  readonly makes?: `/api/${string}`;
  /** Instead of the reply all pages of text in this format, as one file. */
  readonly file?: TicketExport['format'];
  /** Whether it needs no token. */
  readonly isOpen?: true;
  readonly example?: Readonly<Record<string, unknown>>;
}

type CallPaths<Record, Before extends string = ''> = {
  [Name in keyof Record & string]: Record[Name] extends { _def: { procedure: true; type: infer Type } }
    ? Type extends 'subscription'
      ? never
      : `${Before}${Name}`
    : CallPaths<Record[Name], `${Before}${Name}.`>;
}[keyof Record & string];

/** A line, or several, for each query and mutation: one without a line does not compile. */
export type Routes = Readonly<Record<CallPaths<typeof procedures>, RouteLine | readonly RouteLine[]>>;
