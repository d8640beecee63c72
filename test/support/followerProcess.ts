import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { WebSocket } from 'ws';
import { createClient } from '../../client-sdk/src/index.js';

/**
 * An app that follows a project and keeps each event with its cursor as one line of a file, so that it may be killed at any
 * moment and go on where it stopped: `followerProcess.ts URL TOKEN PROJECT FILE [FIRST_CURSOR]`.
 */
const [url = '', token = '', projectId = '', file = '', firstCursor] = process.argv.slice(2);

function lastCursor(): string | undefined {
  if (!existsSync(file)) return firstCursor;
  const text = readFileSync(file, 'utf8');
  // A line cut off by the kill was never finished: its event comes again.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  const lines = whole.trimEnd().split('\n');
  return lines.at(-1)?.split(' ')[1] ?? firstCursor;
}

const client = createClient({ url, token, WebSocket });
client.live.project(
  { projectId, lastEventId: lastCursor() },
  {
    onEvent: ({ seq, cursor, id }) => appendFileSync(file, `${seq} ${cursor} ${id}\n`),
    onResync: ({ reason }) => appendFileSync(file, `resync ${reason} -\n`),
    onError: (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    },
  },
);
