import type { App } from '../../../server/app.js';
import { PassingFailure } from '../../../server/db/databaseErrors.js';
import type { OpenTransaction } from '../../../server/db/openTransaction.js';
import type { RunStatement } from '../../../server/db/statement.js';

/** Puts something around every transaction that this process opens. */
export function aroundTransactions({ deps: { db } }: App, change: (open: OpenTransaction) => void): void {
  const begin = db.begin.bind(db);
  Object.assign(db, {
    begin: async (...options: Parameters<typeof begin>) => {
      const open = await begin(...options);
      change(open);
      return open;
    },
  });
}

/** Puts something around every COMMIT. */
export const aroundCommits = (
  app: App,
  change: (commit: () => Promise<void>, open: OpenTransaction) => Promise<void>,
) =>
  aroundTransactions(app, (open) => {
    const commit = open.commit.bind(open);
    open.commit = () => change(commit, open);
  });

/** Puts something around every statement whose answer is waited for. */
export const aroundStatements = (app: App, change: (all: RunStatement) => RunStatement) =>
  aroundTransactions(app, (open) => Object.assign(open, { all: change(open.all) }));

/** What a transaction comes to: a statement that is waited for, one that is sent after, COMMIT, and what follows a COMMIT. */
export interface Step {
  readonly kind: 'asked' | 'sent' | 'committing' | 'committed';
  /** Of the statement. */
  readonly name: string;
  readonly values: readonly unknown[];
}

/** Is told each step of each transaction just before it is taken; each transaction has a listener of its own. */
export const aroundSteps = (app: App, listen: () => (step: Step) => void) =>
  aroundTransactions(app, (open) => {
    const step = listen();
    const { all, send } = open;
    const commit = open.commit.bind(open);
    Object.assign(open, {
      all: (...[asked, values]: Parameters<typeof all>) => {
        step({ kind: 'asked', name: asked.name, values });
        return all(asked, values);
      },
      send: (...[sent, values, ...rest]: Parameters<typeof send>) => {
        step({ kind: 'sent', name: sent.name, values });
        return send(sent, values, ...rest);
      },
      commit: async () => {
        step({ kind: 'committing', name: 'COMMIT', values: [] });
        await commit();
        step({ kind: 'committed', name: 'after COMMIT', values: [] });
      },
    });
  });

/** True once in `count` calls. */
export function onceIn(count: number): () => boolean {
  let calls = 0;
  return () => ++calls % count === 0;
}

/** Commits fail now and then for a passing reason, as they do when a database is restarted. */
export function failSomeCommits(app: App): void {
  const isNext = onceIn(8);
  aroundCommits(app, async (commit, open) => {
    if (!isNext()) return commit();
    await open.rollback();
    throw new PassingFailure('planted');
  });
}
