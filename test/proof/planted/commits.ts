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
