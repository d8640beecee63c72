import { Counter, type Gauge, type Registry } from 'prom-client';

/** A metric whose values are plain numbers that somebody else counts: too often to be counted in the registry one by one. */
export function addCollected(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  read: () => Readonly<Record<string, number>>,
  Kind: typeof Counter | typeof Gauge,
): void {
  const metric: Counter | Gauge = new Kind({
    name: `baton_${name}`,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      metric.reset();
      for (const [value, count] of Object.entries(read())) metric.inc({ [label]: value }, count);
    },
  });
}

/** The same of a single number. */
export function addTotal(registry: Registry, name: string, help: string, read: () => number): void {
  const metric: Counter = new Counter({
    name: `baton_${name}`,
    help,
    registers: [registry],
    collect() {
      metric.reset();
      metric.inc(read());
    },
  });
}
