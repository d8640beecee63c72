import type { Deps } from '../../server/features/deps.js';
import type { RunStatement, SendStatement } from '../../server/db/statement.js';

/** The same dependencies, and the names of all statements that units of work ask the database for by them. */
export function countedStatements(deps: Deps): { readonly deps: Deps; readonly names: string[] } {
  const names: string[] = [];
  const begin: Deps['db']['begin'] = async (options) => {
    const open = await deps.db.begin(options);
    const { all, send } = open;
    const counted: { all: RunStatement; send: SendStatement } = {
      all: (asked, values) => {
        names.push(asked.name);
        return all(asked, values);
      },
      send: (asked, ...rest) => {
        names.push(asked.name);
        send(asked, ...rest);
      },
    };
    return Object.assign(open, counted);
  };
  return { deps: { ...deps, db: { ...deps.db, begin } }, names };
}
