import pg from 'pg';
import { main } from '../../../server/main.js';
import { answerCalls } from '../child.js';
import { answerWatching } from './watch.js';

/** The real server, which also counts the statements that it sends to PostgreSQL: those of a pipeline one by one. */

let statements = 0;
const wire = pg.Connection.prototype as unknown as Record<'execute' | 'query', (asked: unknown) => void>;
for (const name of ['execute', 'query'] as const) {
  const run = wire[name];
  wire[name] = function (asked) {
    statements++;
    run.call(this, asked);
  };
}

answerCalls({ statements: () => statements });
answerWatching();
await main();
