import type { ProjectEventType } from '../../../contract/event.js';

/** Moments are milliseconds of one clock, that of the process that wrote the history. */
export type Moment = number;

/** ok: a reply. fail: a typed error, which promises that nothing was written. info: nobody can tell, so the same key is sent again. */
export type Outcome = 'ok' | 'fail' | 'info';

/** One attempt at a mutation. All attempts of an operation carry one idempotency key, which is its name. */
export interface Attempt {
  readonly op: string;
  readonly by: string;
  readonly node: string;
  readonly via: string;
  readonly verb: string;
  readonly ticket: string | null;
  /** The stream that `seq` counts in. */
  readonly project: string;
  readonly invoked: Moment;
  readonly returned: Moment;
  readonly out: Outcome;
  /** Of an error. */
  readonly code?: string;
  /** The event that the reply says it made. */
  readonly seq?: number;
  /** Names the reply: equal replies have equal digests. */
  readonly reply?: string;
  /** The reply says that things were so already, or may have been: no event of the project need tell of it. */
  readonly idle?: true;
  /** Events that it may have made beside its own, and that carry no name either. */
  readonly beside?: readonly { readonly type: ProjectEventType; readonly ticket: string }[];
  /** The ticket was moved at the same time, and the reply does not say in which project `seq` counts. */
  readonly roams?: true;
}

/** What a subscriber was handed, or what became of its stream. */
export interface Delivery {
  readonly sub: string;
  readonly at: Moment;
  readonly is: 'event' | 'ready' | 'resync' | 'error' | 'opened';
  readonly seq: number;
  readonly id?: string;
  /** Names the payload. */
  readonly digest?: string;
  /** Secret words that stood in it. */
  readonly secrets?: readonly string[];
  readonly reason?: string;
}

/** One row of the event log, read when all was over. */
export interface LogEvent {
  readonly stream: string;
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly ticket: string | null;
  readonly by: string | null;
  readonly audience: 'TEAM' | 'REPORTER' | 'PROJECT' | 'OWNER';
  readonly reporter: string | null;
  readonly withdrawn: boolean;
  readonly digest: string;
  /** The operation whose name it carries. */
  readonly op: string | null;
  readonly version: number | null;
  readonly assignee: string | null;
  readonly holders: readonly { readonly id: string; readonly primary: boolean }[];
  /** Names the ticket that it carries. */
  readonly ticketDigest: string | null;
}

/** A ticket as a node answered when all was over. */
export interface ServedTicket {
  readonly node: string;
  readonly ticket: string;
  readonly digest: string;
}

/** Two views of one thing that were held against each other outside of the history: rows by SQL, lists against live queries. */
export interface Finding {
  readonly check: string;
  readonly what: string;
}

export interface FaultLine {
  readonly fault: string;
  readonly target: string;
  readonly began: Moment;
  readonly healed: Moment;
}

/** A process that ended. */
export interface ExitLine {
  readonly node: string;
  readonly at: Moment;
  readonly code: number | null;
  readonly signal: string | null;
  readonly ordered: boolean;
}

export interface Subscription {
  readonly sub: string;
  readonly kind: string;
  readonly person: string;
  /** What it follows: `project:<id>`, `ticket:<id>` or `user:<id>`. */
  readonly follows: string;
  /** Of a ticket: its project's stream. */
  readonly stream: string;
  readonly isStaff: boolean;
  /** The cursor it began at. */
  readonly from: number;
}

/** What the checker is told beside the lines. */
export interface Setting {
  readonly seed: number;
  readonly subscriptions: readonly Subscription[];
  /** Events that were there before the storm, by stream. */
  readonly before: Readonly<Record<string, number>>;
  /** The event by which a person lost a stream. */
  readonly losses: readonly { readonly person: string; readonly stream: string; readonly seq: number }[];
  /** Secret words, and who may read them. */
  readonly secrets: readonly { readonly word: string; readonly readers: readonly string[] }[];
  readonly stormEnded: Moment;
  readonly nodes: readonly string[];
  /** What was written at one node and read at another: how often, and where reads went. */
  readonly readBacks?: Readonly<Record<string, number>>;
}

export interface History {
  readonly setting: Setting;
  readonly attempts: readonly Attempt[];
  readonly deliveries: readonly Delivery[];
  readonly log: readonly LogEvent[];
  readonly served: readonly ServedTicket[];
  readonly faults: readonly FaultLine[];
  readonly exits: readonly ExitLine[];
  readonly findings: readonly Finding[];
}
