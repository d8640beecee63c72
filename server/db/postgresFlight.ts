import type { ClientBase, Connection, FieldDef } from 'pg';
import { copyRows } from './copyRows.js';
import { isOutdated } from './databaseErrors.js';
import { dialects } from './dialect.js';
import { encodeValue } from './encodeValue.js';
import { withPlanMode } from './planMode.js';
import { preparedName, PreparedStatements, tablesChanged, type Shape } from './preparedStatements.js';
import type { ObserveStatement } from './queryProfile.js';
import type { Asked, Fly } from './statement.js';

const noShape: Shape = { names: [], parsers: [], blank: {} };

/** What is known of a connection. */
class OnConnection {
  readonly prepared = new PreparedStatements();
  /** The flight that left last, until it has landed. */
  last: Flight | null = null;
}
const connections = new WeakMap<object, OnConnection>();

/** The part of a connection that speaks the extended protocol; `pg` documents it by what pg-cursor and pg-query-stream do with it. */
interface Wire {
  readonly stream: Connection['stream'];
  parse(message: { name: string; text: string }): void;
  bind(message: { statement: string; values: (string | null)[] }): void;
  describe(message: { type: 'P' }): void;
  execute(message: { portal: string }): void;
  close(message: { type: 'S'; name: string }): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sync(): void;
}

/** Rows for COPY put together: what leaves after others need not wait for that then. */
export function withCopiedRows(asked: Asked): Asked {
  const { copy } = asked.statement;
  return copy && !asked.copied ? { ...asked, values: [], copied: copyRows(asked.values, copy) } : asked;
}

/**
 * Statements that travel as one query of `pg`: one write there, one Sync, one answer back. PostgreSQL flushes once for all of
 * them; after an error it skips to the Sync, so a COMMIT behind a statement that failed is not run.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
class Flight {
  readonly landed: Promise<void>;
  /** Told when it is its turn. */
  begun = (): void => undefined;
  isWritten = false;
  private land = (): void => undefined;
  private at = 0;
  private rows: object[] = [];
  private shape: Shape = noShape;
  /** As the connection knows them; empty: it keeps them not. */
  private readonly names: readonly string[];
  private readonly shapes: (Shape | undefined)[] = [];
  private readonly bound: readonly (string | null)[][];
  /** Rows instead of values. */
  private readonly copied: readonly (Buffer | undefined)[];
  /** When the answer before was there; of the first, when it was asked for. */
  private answeredAt = 0;

  constructor(
    private readonly client: ClientBase,
    private readonly asked: readonly Asked[],
    named: boolean,
    private readonly prepared: PreparedStatements,
    private readonly observe: ObserveStatement | undefined,
  ) {
    this.landed = new Promise((resolve) => (this.land = resolve));
    this.bound = asked.map(({ statement, values }) => (named && statement.copy ? [] : values.map(encodeValue)));
    this.copied = asked.map((one) => (named ? withCopiedRows(one).copied : undefined));
    this.names = asked.map(({ statement }) => (named ? preparedName(statement) : ''));
  }

  /** Called by `pg` when all before it have landed. */
  submit(connection: Connection): void {
    this.write(connection);
    if (this.observe) this.answeredAt = performance.now();
    this.begun();
    this.begin();
  }

  /** Whether what it has prepared hangs on nothing that those before it still do. */
  get mayGoAhead(): boolean {
    return !this.asked.some(({ statement }) => statement.recurs);
  }

  /** Sends it, so that the database need not wait for it when it comes to its turn. Twice changes nothing. */
  write(connection: Connection): void {
    if (this.isWritten) return;
    this.isWritten = true;
    const wire = connection as unknown as Wire;
    wire.stream.cork();
    for (const [index, { statement }] of this.asked.entries()) {
      const name = this.names[index] ?? '';
      const shape = this.prepared.shapeOf(name);
      this.shapes[index] = shape;
      const copied = this.copied[index];
      if (!shape) {
        // Whether a flight that failed had got as far as preparing it cannot be told. Closing what is not there does no harm.
        if (name !== '') wire.close({ type: 'S', name });
        if (statement.recurs) for (const old of this.prepared.makeRoom(name)) wire.close({ type: 'S', name: old });
        wire.parse({ name, text: (copied && statement.copy?.text) ?? statement.text(dialects.postgres) });
      }
      wire.bind({ statement: name, values: this.bound[index] ?? [] });
      if (!shape) wire.describe({ type: 'P' });
      wire.execute({ portal: '' });
      if (!copied) continue;
      // Whoever failed before it passes over its rows.
      wire.sendCopyFromChunk(copied);
      wire.endCopyFrom();
    }
    wire.sync();
    wire.stream.uncork();
  }

  private begin(): void {
    this.rows = [];
    this.shape = this.shapes[this.at] ?? noShape;
  }

  handleRowDescription({ fields }: { fields: readonly FieldDef[] }): void {
    this.shape = {
      names: fields.map(({ name }) => name),
      parsers: fields.map(
        ({ dataTypeID }) => this.client.getTypeParser(dataTypeID, 'text') as (text: string) => unknown,
      ),
      blank: Object.fromEntries(fields.map(({ name }) => [name, null])),
    };
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const { names, parsers, blank } = this.shape;
    const row: Record<string, unknown> = { ...blank };
    for (let column = 0; column < names.length; column++) {
      const text = fields[column] ?? null;
      row[names[column] ?? ''] = text === null ? null : parsers[column]?.(text);
    }
    this.rows.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    const answered = this.asked[this.at];
    if (!answered) return;
    const { statement } = answered;
    const name = this.names[this.at] ?? '';
    if (name !== '') this.prepared.keep(name, this.shape);
    // PostgreSQL answers the COMMIT of a failed transaction so, and not with an error.
    if (text === 'ROLLBACK' && statement.text(dialects.postgres) === 'COMMIT')
      answered.reject(new Error('the transaction was rolled back'));
    else answered.resolve(this.rows);
    if (this.observe) this.tellTime(statement, this.observe);
    this.at++;
    this.begin();
  }

  private tellTime(statement: Asked['statement'], observe: ObserveStatement): void {
    const now = performance.now();
    observe(statement, now - this.answeredAt);
    this.answeredAt = now;
  }

  /** The rows are on their way already. */
  handleCopyInResponse(): void {}

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  handleError(error: unknown): void {
    if (isOutdated(error)) tablesChanged();
    for (const { reject } of this.asked.slice(this.at)) reject(error);
    this.at = this.asked.length;
    this.land();
  }

  handleReadyForQuery(): void {
    this.land();
  }
}

const connectionOf = (client: ClientBase): Connection => (client as unknown as { connection: Connection }).connection;

/** A database that hangs, or a network that swallows, does not end a connection: nobody would ever be told. */
async function cutAfter(client: ClientBase, flight: Flight, ms: number): Promise<void> {
  const { stream } = connectionOf(client);
  const cut = () => stream.destroy(new Error(`Query read timeout: no answer in ${ms} ms`));
  const timer = setTimeout(cut, ms);
  flight.begun = () => void timer.refresh();
  await flight.landed;
  clearTimeout(timer);
}

export interface FlightOptions {
  /** Statements are prepared once on each connection. PgBouncer before 1.21 cannot carry that. */
  readonly named: boolean;
  /** What has no answer by then has lost its connection; null: it is waited for. */
  readonly answerMs: number | null;
  readonly observe?: ObserveStatement;
  /**
   * A flight behind another one is written at once, and PostgreSQL comes to it without a pause. Give it no third one, and let nobody else
   * ask anything of the connection: what `pg` keeps in its queue would be overtaken.
   */
  readonly isPipelined?: true;
}

export function flyOnPostgres(client: ClientBase, { named, answerMs, observe, isPipelined }: FlightOptions): Fly {
  const known = connections.get(client) ?? new OnConnection();
  connections.set(client, known);
  return async (asked) => {
    let flight: Flight | null = null;
    try {
      const travelling = named ? withPlanMode(client, asked) : asked;
      flight = client.query(new Flight(client, travelling, named, known.prepared, observe));
      // Behind a call of Sequelize's own the one ahead may still wait to be written.
      if (isPipelined && known.last?.isWritten && flight.mayGoAhead) flight.write(connectionOf(client));
      known.last = flight;
      await (answerMs === null ? flight.landed : cutAfter(client, flight, answerMs));
    } catch (error) {
      // A value that cannot be written down; nothing was sent.
      for (const { reject } of asked) reject(error);
    }
    if (known.last === flight) known.last = null;
  };
}
