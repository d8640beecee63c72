import { Counter, Histogram, type Registry } from 'prom-client';
import type { HubObserver } from '../realtime/hub.js';
import { addCollected, addTotal } from './collected.js';

/** What the streams of this process tell of themselves. Counted in plain numbers, told when the metrics are read. */
export function createHubMetrics(registry: Registry): HubObserver {
  const delivered = { group: 0, alone: 0 };
  const pages = { new: 0, replay: 0 };
  const rows = { new: 0, replay: 0, carried: 0 };
  const resyncs = { UNKNOWN_CURSOR: 0, OTHER_EPOCH: 0, PAST_RETENTION: 0, TICKET_MOVED: 0 };
  let gaps = 0;
  const add = (name: string, help: string, label: string, counts: Readonly<Record<string, number>>) =>
    addCollected(registry, name, help, label, () => counts, Counter);
  add('events_delivered_total', 'Events sent: to followers in a group, or to one alone', 'way', delivered);
  add('log_pages_total', 'Reads of the event log: new events, or replay', 'kind', pages);
  add('log_rows_total', 'Events read from the log, or carried by wake-ups instead', 'kind', rows);
  add('resyncs_total', 'Streams that could not be continued', 'reason', resyncs);
  addTotal(registry, 'stream_gaps_total', 'Events that had to be in the log and were not', () => gaps);
  const seconds = new Histogram({
    name: 'baton_delivery_seconds',
    help: 'From COMMIT until all followers of this process were handed the event; once for each event',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return {
    onDelivered: (items, way) => void (delivered[way] += items),
    onPage: (count, replay) => {
      pages[replay ? 'replay' : 'new']++;
      rows[replay ? 'replay' : 'new'] += count;
    },
    onCarried: (count) => void (rows.carried += count),
    onResync: (reason) => void resyncs[reason]++,
    onGap: () => void gaps++,
    onHandedOut: (ms) => seconds.observe(ms / 1_000),
  };
}
