import { Transaction, type Sequelize } from 'sequelize';
import { statement, type Asked, type Fly, type RunStatement, type SendStatement, type Statement } from './statement.js';

/** What an open transaction stands on. */
export interface Ground {
  readonly fly: Fly;
  /** Whether statements may leave behind others that have not landed. Those behind one that failed must fail. */
  readonly isPipelined?: true;
  /** What can be done of a statement's journey before those ahead of it have landed. */
  readonly pack?: (asked: Asked) => Asked;
  /** The same transaction as models know it; made when it is first asked for. */
  readonly model: () => Transaction;
  /** Goes out with the first statements; null when the transaction has begun already. */
  readonly begin: Statement | null;
  /** Makes lasting what was asked for. When it fails, `rollback` follows. */
  readonly commit: (open: OpenTransaction) => Promise<void>;
  /** After `commit`: lets go of the connection. */
  readonly committed: () => Promise<void> | void;
  /** Undoes what was asked for, and lets go of the connection. */
  readonly rollback: (open: OpenTransaction) => Promise<void>;
}

/** Sequelize's own object for a transaction that we begin and end ourselves. Its hooks never run. */
export const modelOn = (sequelize: Sequelize, connection: object): Transaction =>
  Object.assign(new Transaction(sequelize, {}), { connection });

const byModel = new WeakMap<Transaction, OpenTransaction>();

/** The open transaction that a model's call names; undefined for one of Sequelize's own. */
export const openTransactionOf = (model: Transaction): OpenTransaction | undefined => byModel.get(model);

const ignore = (): void => undefined;

/** Statements with so many values are worth a journey of their own: the database works on them while more are being made. */
const FULL_VALUES = 1_000;

/**
 * One transaction. Statements asked for in one turn of the event loop travel together, and with them those that were sent since
 * the turn before: a round trip is made for each answer that is waited for, not for each statement. What was only sent leaves
 * with the turn when it is much.
 *
 * The first statement that fails dooms it: nothing more is run, everything asked for fails by that error, and it cannot be
 * committed. PostgreSQL would answer COMMIT of a failed transaction with ROLLBACK, which Sequelize takes for success.
 */
export class OpenTransaction {
  /** The first error; what else went wrong after it followed from it. */
  failure: { readonly error: unknown } | null = null;
  private asked: Asked[] = [];
  private askedValues = 0;
  private isLeaving = false;
  /** When all that left has landed, and all but the last. */
  private flown: Promise<unknown> = Promise.resolve();
  private flownBefore: Promise<unknown> = this.flown;
  private known: Transaction | undefined;
  /** Whether the database has begun it, so that there is something to undo. */
  hasBegun = false;
  private hasAskedToBegin = false;

  constructor(private readonly ground: Ground) {}

  readonly all: RunStatement = <Row extends object>(...[asked, values]: Parameters<RunStatement>) =>
    new Promise<Row[]>((resolve, reject) => {
      this.ask({ statement: asked, values, resolve: resolve as Asked['resolve'], reject });
      this.leaveLater();
    });

  readonly send: SendStatement = (asked, values, answered = ignore) => {
    this.ask({ statement: asked, values, resolve: answered, reject: ignore });
    if (this.askedValues >= FULL_VALUES) this.leaveLater();
  };

  /** For the calls of models. What they do comes after everything asked for before. */
  get model(): Transaction {
    this.known ??= this.ground.model();
    byModel.set(this.known, this);
    return this.known;
  }

  /** Resolves when everything asked for was answered. @throws the error that doomed it. */
  async settled(): Promise<void> {
    this.leave();
    await this.flown;
    if (this.failure) throw this.failure.error;
  }

  readonly fail = (error: unknown): void => {
    this.failure ??= { error };
  };

  async commit(): Promise<void> {
    try {
      if (this.failure) throw this.failure.error;
      await this.ground.commit(this);
    } catch (error) {
      await this.rollback();
      throw error;
    }
    this.fail(new Error('the transaction has ended'));
    await this.ground.committed();
  }

  async rollback(): Promise<void> {
    const left = this.asked.splice(0);
    this.fail(new Error('the transaction was rolled back'));
    for (const { reject } of left) reject(this.failure?.error);
    await this.flown;
    await this.ground.rollback(this);
  }

  /** Runs a statement past the doom, after all others. */
  async force(forced: Statement): Promise<void> {
    await this.flown;
    await new Promise<void>((resolve, reject) => {
      void this.ground.fly([{ statement: forced, values: [], resolve: () => resolve(), reject }]);
    });
  }

  /** Runs what a transaction inside of this one asks for. Its failures are its own. */
  async lend(asked: readonly Asked[]): Promise<void> {
    this.leave();
    await this.flown;
    await this.ground.fly(this.withBegin(asked));
  }

  private ask(asked: Asked): void {
    const reject = (error: unknown) => {
      this.fail(error);
      asked.reject(this.failure?.error);
    };
    const { pack } = this.ground;
    this.asked.push({ ...(pack ? pack(asked) : asked), reject });
    this.askedValues += asked.values.length;
  }

  private leaveLater(): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    process.nextTick(() => this.leave());
  }

  private leave(): void {
    this.isLeaving = false;
    this.askedValues = 0;
    const leaving = this.asked.splice(0);
    if (leaving.length === 0) return;
    // What models ask for goes its own way to the connection, and would be overtaken.
    const clear = this.ground.isPipelined && !this.known ? this.flownBefore : this.flown;
    const flight = clear.then(() => {
      if (this.failure) for (const { reject } of leaving) reject(this.failure.error);
      else return this.ground.fly(this.withBegin(leaving));
      return undefined;
    });
    this.flownBefore = this.flown;
    this.flown = Promise.all([this.flown, flight]);
  }

  private withBegin(leaving: readonly Asked[]): readonly Asked[] {
    const { begin } = this.ground;
    const isFirst = !this.hasAskedToBegin;
    this.hasAskedToBegin = true;
    if (!isFirst || !begin) return leaving;
    const begun = () => void (this.hasBegun = true);
    return [{ statement: begin, values: [], resolve: begun, reject: this.fail }, ...leaving];
  }
}

export const BEGIN = statement('BEGIN', 'BEGIN');
export const COMMIT = statement('COMMIT', 'COMMIT');
export const ROLLBACK = statement('ROLLBACK', 'ROLLBACK');
