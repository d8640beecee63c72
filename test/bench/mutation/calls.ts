/** One worker's way of doing the mutations that are compared. Each call is a mutation of its own, with an idempotency key. */
export interface TicketCalls {
  /** Hands the ticket over and gives the new assignment's id. */
  reassign(handover: Handover): Promise<string>;
  claim(ticketId: string): Promise<unknown>;
  /** Sets the status to IN_PROGRESS. */
  begin(ticketId: string): Promise<unknown>;
  create(projectId: string): Promise<unknown>;
  /** Among staff, so that it is nobody's first response. */
  comment(ticketId: string): Promise<unknown>;
  close(): Promise<void>;
}

export const newTicket = { title: 'No paper in the printer', description: 'It asks for paper and has some.' };
export const newComment = { content: 'It has paper in the other tray.', visibility: 'INTERNAL' } as const;

export interface Handover {
  readonly assignmentId: string;
  readonly ticketId: string;
  /** Numbers of people. */
  readonly from: number;
  readonly to: number;
}

export const verbs = ['reassign', 'claim+status', 'create', 'comment'] as const;
export type Verb = (typeof verbs)[number];

/**
 * `bare`: the driver alone, leaving the same rows behind as Baton does. `short`: the driver alone, with nothing but the
 * ticket, its span, workloads, history and event. `command`: Baton's command, called in process. `simple`: the API of the same
 * stack as it is usually begun. The others: Baton's API.
 */
export const ways = ['short', 'bare', 'command', 'http', 'ws', 'simple'] as const;
export type Way = (typeof ways)[number];

export interface OpenRequest {
  readonly way: Way;
  readonly concurrency: number;
  /** Of the database, or of the server. */
  readonly url: string;
  readonly tokens: readonly string[];
  readonly seed: number;
  /** All the work in one project, instead of in all of them. */
  readonly hot: boolean;
}
export interface RunRequest {
  readonly verb: Verb;
  /** Goes on until both are reached: code that ran a few times only has not been compiled, however long that took. */
  readonly ms: number;
  readonly atLeast?: number;
}
export interface Driven {
  readonly mutations: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the process that drove. */
  readonly cpuUs: number;
}
