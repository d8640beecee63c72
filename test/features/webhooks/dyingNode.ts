import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { webhooksConsumer } from '../../../server/features/webhooks/webhooksConsumer.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { toLoopback } from './hookWorld.js';

// A node that dies, as kill -9 does it, at one step of a delivery: `dyingNode.ts <step>`.
const die = async (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
const step = process.argv[2] ?? '';
const { post, rules } = toLoopback();
const webhooks = {
  rules,
  /** `before`: it is claimed, and nothing was sent. `after`: it was taken, which is written nowhere. */
  post: async (...asked: Parameters<typeof post>) => {
    if (step === 'before') return die();
    const posted = await post(...asked);
    return step === 'after' ? die() : posted;
  },
};
const app = buildApp(loadConfig(), { log: createLogger('silent'), webhooks });
const consumer = webhooksConsumer(app.deps);
/** `queued`: an event was put into the queue, and its place in the log is not written yet. */
const dying = {
  ...consumer,
  handle: async (...asked: Parameters<typeof consumer.handle>) => (await consumer.handle(...asked), die()),
};
if (step === 'queued') {
  await app.close();
  await buildApp(loadConfig(), { log: createLogger('silent'), webhooks, consumers: [dying] }).listen();
} else await app.listen();
