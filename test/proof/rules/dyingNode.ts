import { appendFileSync } from 'node:fs';
import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { aroundSteps } from '../planted/commits.js';

// A node that dies just before the given step of the transactions in which rules act, counted from its start: a statement that is asked or sent,
// COMMIT, or what follows a COMMIT; or before the first one that STEP names. 0: it lives. Into STEPS_FILE go the steps that it came to, and the one it died at.
const app = buildApp(loadConfig(), { log: createLogger('silent') });
const file = process.env['STEPS_FILE'] ?? '';
const seen = new Set<string>();
let left = Number(process.env['STEPS']) || Infinity;

function step(name: string): void {
  if (!seen.has(name)) appendFileSync(file, `seen ${name}\n`);
  seen.add(name);
  if (--left > 0 && name !== process.env['STEP']) return;
  appendFileSync(file, `died ${name}\n`);
  process.kill(process.pid, 'SIGKILL');
}

aroundSteps(app, () => {
  let isOfRules = false;
  return ({ name, values }) => {
    isOfRules ||= name === 'consumers.claim' && values[0] === 'rules';
    if (isOfRules) step(name);
  };
});
await app.listen();
process.once('SIGTERM', () => void app.close().finally(() => process.exit(0)));
