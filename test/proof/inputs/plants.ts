import type { App } from '../../../server/app.js';
import { AppError } from '../../../server/kernel/errors.js';
import { WsCalls } from '../../../server/transport/wsCalls.js';
import { aroundCommits, aroundStatements, onceIn } from '../planted/commits.js';

/** What could be wrong with a server that is told nonsense: each of them the runner must find under its name. */
export const plants = {
  /** Now and then a command fails although it was committed. */
  writesOnError: (app: App) => {
    const isNext = onceIn(4);
    aroundCommits(app, async (commit) => {
      await commit();
      if (isNext()) throw new AppError('CONFLICT', 'planted');
    });
  },
  /** Now and then something is thrown that nobody expects. */
  failsInside: (app: App) => {
    const isNext = onceIn(4);
    aroundCommits(app, async (commit, open) => {
      if (!isNext()) return commit();
      await open.rollback();
      throw new TypeError('planted');
    });
  },
  /** Callers are told what the database was. */
  leaks: (app: App) => {
    const isNext = onceIn(4);
    aroundStatements(app, (all) => (asked, values) => {
      if (isNext()) throw new AppError('BAD_INPUT', asked.text(app.deps.db.dialect));
      return all(asked, values);
    });
  },
  /** What stands at the end of a text and leaves no ink is not kept. */
  forgetsTheEnd: (app: App) =>
    aroundStatements(
      app,
      (all) => (asked, values) =>
        all(
          asked,
          values.map((value) => (typeof value === 'string' ? value.trimEnd() : value)),
        ),
    ),
  /** Some message ends the process. */
  exits: () => {
    const isNext = onceIn(50);
    const own = Object.getOwnPropertyDescriptor(WsCalls.prototype, 'take');
    const take = own?.value as WsCalls['take'];
    WsCalls.prototype.take = function taking(this: WsCalls, ...message) {
      if (isNext()) throw new Error('planted');
      take.apply(this, message);
    };
  },
} satisfies Record<string, (app: App) => void>;

export type Plant = keyof typeof plants;
export const plantNames = Object.keys(plants) as Plant[];
