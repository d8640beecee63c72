import type { RunStatement, Statement, Value } from './statement.js';

/** A connection that belongs to no pool. */
export interface OwnConnection {
  end(): Promise<void>;
  once(event: 'end', listener: () => void): unknown;
}
type Run<Connection> = <Row extends object>(
  connection: Connection,
  statement: Statement,
  values: readonly Value[],
) => Promise<Row[]>;

export interface PromptReads {
  readonly all: RunStatement;
  close(): Promise<void>;
}

/**
 * Reads that are answered within `ms` or fail, on one connection of their own: they wait behind nothing that waits for the
 * pool, and a read that hangs takes its connection with it, so that the next one begins on a fresh one.
 */
export function promptReads<Connection extends OwnConnection>(
  connect: () => Promise<Connection>,
  run: Run<Connection>,
  ms: number,
): PromptReads {
  let current: Promise<Connection> | null = null;
  /** One after the other on a connection: what hangs is dropped with it. */
  let last: Promise<unknown> = Promise.resolve();
  const forget = (opening: Promise<Connection>): void => {
    if (current === opening) current = null;
  };
  const drop = (opening: Promise<Connection>): Promise<void> => {
    forget(opening);
    return opening.then((connection) => connection.end()).catch(() => undefined);
  };
  const open = (): Promise<Connection> => {
    const opening = connect();
    last = opening;
    opening.then((connection) => connection.once('end', () => forget(opening))).catch(() => forget(opening));
    return opening;
  };
  return {
    async all<Row extends object>(statement: Statement, values: readonly Value[]) {
      const opening = (current ??= open());
      const reading = last.catch(() => undefined).then(async () => run<Row>(await opening, statement, values));
      last = reading;
      try {
        return await inTime(reading, ms);
      } catch (error) {
        void drop(opening);
        throw error;
      }
    },
    close: async () => {
      if (current) await drop(current);
    },
  };
}

/** @throws an error that counts as passing, see databaseErrors.ts, when the work takes longer. */
export async function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Query read timeout: no answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
