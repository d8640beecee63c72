import { keepBackingUp } from './backup/scheduled.js';
import type { Config } from './config.js';
import { keepStatistics } from './db/plannerStatistics.js';
import { keepSweeping } from './features/attachments/sweepAttachments.js';
import type { Deps } from './features/deps.js';
import { keepMailing } from './features/mails/mailing.js';
import { keepTellingDue } from './features/notifications/dueSoon.js';
import { keepPlacing } from './features/proposals/placing.js';
import { rulesConsumer } from './features/rules/rulesConsumer.js';
import { keepRulesOnTime } from './features/rules/scheduledRules.js';
import { keepSweepingSla } from './features/sla/sweepSla.js';
import { keepSending } from './features/webhooks/sending.js';
import { webhooksConsumer } from './features/webhooks/webhooksConsumer.js';
import { keepConsuming, type ConsumerRun } from './realtime/consumers/keepConsuming.js';
import type { LogConsumer } from './realtime/consumers/logConsumer.js';
import { keepPruning } from './realtime/retention.js';
import type { Metrics } from './transport/metrics.js';

export interface Upkeep {
  readonly placeSoon: () => void;
  readonly webhooksSoon: () => void;
  readonly consuming: ConsumerRun;
  stop(): Promise<unknown>;
}

/** Does what is done now and then, until it is stopped: it forgets what is old, removes what nobody has, tells and sends. */
export function keepRunning(
  deps: Deps,
  config: Config,
  metrics: Metrics,
  consumers: readonly LogConsumer[] = consumersOf(deps),
): Upkeep {
  const { eventRetentionDays: eventDays, auditRetentionDays: auditDays } = config;
  const { db, clock, log: logger, files } = deps;
  const placing = keepPlacing(deps);
  const consuming = keepConsuming({ ...deps, observer: metrics }, consumers);
  const stops = [
    placing.stop,
    keepPruning({ db, clock, logger, eventDays, auditDays }),
    keepSweeping({ db, clock, logger, store: files.store }),
    keepTellingDue(deps),
    ...(config.backups ? [keepBackingUp({ ...config.backups, db, clock, logger, store: files.store })] : []),
    keepRulesOnTime(deps),
    keepSweepingSla(deps),
    keepStatistics(db, logger),
  ];
  const stopMailing = keepMailing(deps, metrics);
  const sending = keepSending(deps, metrics);
  return {
    placeSoon: placing.soon,
    webhooksSoon: sending.soon,
    consuming,
    stop: () => {
      for (const stop of stops) stop();
      return Promise.all([consuming.stop(), stopMailing(), sending.stop()]);
    },
  };
}

/** Who acts upon the log, each on one node for each project at a time. */
const consumersOf = (deps: Deps): readonly LogConsumer[] => [rulesConsumer(deps), webhooksConsumer(deps)];
