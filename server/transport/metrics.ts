import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../db/database.js';
import type { MailObserver } from '../features/mails/mailing.js';
import type { DeliveryObserver } from '../features/webhooks/sending.js';
import type { ConsumerObserver } from '../realtime/consumers/logConsumer.js';
import type { CallObserver } from '../rpc/context.js';
import type { HubObserver } from '../realtime/hub.js';
import { addCollected, addTotal } from './collected.js';
import { addDatabaseMetrics } from './databaseMetrics.js';
import { createHubMetrics } from './hubMetrics.js';
import { createWebhookMetrics } from './webhookMetrics.js';

/** What `/metrics` tells. One per app, so that several can live in one process. */
export interface Metrics extends MailObserver, ConsumerObserver, DeliveryObserver {
  readonly registry: Registry;
  readonly hub: HubObserver;
  readonly call: CallObserver;
  readonly request: (route: string, status: number) => void;
  readonly refusedUpgrade: (why: string) => void;
  readonly opened: () => void;
  readonly closed: (code: number) => void;
  readonly moved: (streams: number) => void;
}

/** Values that are asked for when the metrics are read. */
export interface Gauges {
  readonly sockets: () => number;
  readonly subscriptions: () => number;
  readonly busUp: () => boolean;
  readonly pollAgeMs: () => number;
  readonly following: () => Readonly<Record<string, number>>;
  readonly presence: () => Readonly<Record<string, number>>;
  readonly bytesWritten: () => number;
}

export function createMetrics(gauges: Gauges, db: Database): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addGauges(registry, gauges);
  addDatabaseMetrics(registry, db);
  const hub = createHubMetrics(registry);
  const { calls, seconds, requests, refused, opened, closed, moved, mails, awaitingMail, consumed } =
    addCounters(registry);
  return {
    ...createWebhookMetrics(registry),
    registry,
    hub,
    call: ({ type, path }) => {
      const stop = seconds.startTimer({ type, path });
      return (outcome) => {
        stop();
        calls.inc({ type, path, outcome });
      };
    },
    request: (route, status) => requests.inc({ route, status: String(status) }),
    refusedUpgrade: (why) => refused.inc({ why }),
    opened: () => opened.inc(),
    closed: (code) => closed.inc({ code: String(code) }),
    moved: (streams) => moved.inc(streams),
    mail: (outcome) => mails.inc({ outcome }),
    awaitingMail: (count) => awaitingMail.set(count),
    consumed: (consumer, outcome, count) => consumed.inc({ consumer, outcome }, count),
  };
}

function addCounters(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: `baton_${name}`, help, labelNames, registers });
  return {
    calls: counter('calls_total', 'Calls by procedure and outcome', ['type', 'path', 'outcome']),
    seconds: new Histogram({
      name: 'baton_call_seconds',
      help: 'Duration of calls by procedure',
      labelNames: ['type', 'path'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    requests: counter('http_requests_total', 'HTTP requests by route and status', ['route', 'status']),
    refused: counter('ws_refused_total', 'Upgrades that were refused, by status', ['why']),
    opened: counter('ws_opened_total', 'WebSockets that were opened'),
    closed: counter('ws_closed_total', 'WebSockets that were closed, by code', ['code']),
    moved: counter('streams_moved_total', 'Streams that units of work of this process moved'),
    consumed: counter('log_events_total', 'Events that consumers of the log had in hand here, by outcome', [
      'consumer',
      'outcome',
    ]),
    mails: counter('mails_total', 'Attempts of this process to send a mail, by outcome', ['outcome']),
    awaitingMail: new Gauge({
      name: 'baton_notifications_awaiting_mail',
      help: 'Notifications that are still to be sent by e-mail, by any process, when it was last looked',
      registers,
    }),
  };
}

function addGauges(registry: Registry, gauges: Gauges): void {
  const { sockets, subscriptions, busUp, pollAgeMs, following, presence, bytesWritten } = gauges;
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `baton_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  gauge('ws_connections', 'Open WebSockets', sockets);
  gauge('subscriptions', 'Running subscriptions', subscriptions);
  gauge('bus_up', 'Whether wake-ups travel', () => Number(busUp()));
  gauge('head_poll_age_seconds', 'Since the heads of streams were last read', () => pollAgeMs() / 1_000);
  addCollected(registry, 'followers', 'Subscriptions by what they follow', 'kind', following, Gauge);
  addCollected(
    registry,
    'presence_messages_total',
    'Reports of who is where, sent and heard',
    'way',
    presence,
    Counter,
  );
  addTotal(registry, 'ws_written_bytes_total', 'Bytes written to WebSockets', bytesWritten);
}
