import type { ProjectEventType } from '../../../contract/event.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { ProjectEntry } from '../eventLog.js';

/**
 * Somebody who acts upon the event log: reads each project's events after their commit, in the order of their numbers, and
 * handles each of them exactly once. Made by a feature, which closes over what it needs; kept by `keepConsuming`.
 * @see docs/adr/031-log-consumers.md
 */
export interface LogConsumer {
  /** Its cursors lie under this name: for ever. */
  readonly name: string;
  /** Others are passed by, unread. Left out, all types. */
  readonly types?: readonly ProjectEventType[];
  /**
   * SQL that says of a project (`c.project_id`) whether there is anything to do for its events. Of the others the cursor is moved
   * now and then: what comes to be of interest has to keep since which event it is, and leave out those before. Left out, all projects.
   */
  readonly interest?: string;
  /** So many events are handled in one transaction, at most: more when each only adds rows, and takes no locks that others want. */
  readonly batch?: number;
  /**
   * Handles one event inside of the transaction that also moves the cursor: all effects have to be in it. May be called again for
   * the same event, when the transaction came to nothing. An error that it throws again and again puts the event aside.
   */
  handle(unit: UnitOfWork, entry: ProjectEntry): Promise<void>;
  /** After the commit of some events; not awaited, must not throw. */
  handled?(): void;
}

/** What became of an event. `failed` is tried again. */
export type Consumed = 'handled' | 'failed' | 'put aside';

export interface ConsumerObserver {
  readonly consumed: (consumer: string, outcome: Consumed, count: number) => void;
}
