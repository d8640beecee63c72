import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { anApp, type LiveApp } from '../transport/anApp.js';

const read = (file: string): string => readFileSync(`deploy/${file}`, 'utf8');
const documents = (file: string): any[] => parseAllDocuments(read(file), { strict: true }).map((one) => one.toJS());

const settings = new Set(
  [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name),
);
/** What a server that is asked to stop may take: `EXIT_MS` of server/main.ts. */
const drainSeconds =
  Number(/EXIT_MS = ([\d_]+)/.exec(readFileSync('server/main.ts', 'utf8'))?.[1]?.replace('_', '')) / 1_000;

const kubernetes = [...documents('kubernetes/baton.yaml'), ...documents('kubernetes/migrate.yaml')];
const kind = (name: string) => kubernetes.find((one) => one.kind === name);
const pod = (name: string) => kind(name).spec.template.spec;
const compose = parse(read('compose.yaml'), { strict: true });

describe('the files of a deployment', () => {
  it('set nothing that is no setting', () => {
    const dockerfile = /^ENV (.*)$/m
      .exec(read('Dockerfile'))![1]!
      .split(' ')
      .map((pair) => pair.split('=')[0]);
    const unit = /^Environment=(.*)$/m
      .exec(read('systemd/baton.service'))![1]!
      .split(' ')
      .map((pair) => pair.split('=')[0]);
    const named = [
      ...dockerfile,
      ...unit,
      ...Object.keys(compose.services.baton.environment),
      ...Object.keys(kind('ConfigMap').data),
    ];

    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !settings.has(name))).toEqual([]);
  });

  it('give a server that is asked to stop the time that it takes', () => {
    expect(drainSeconds).toBeGreaterThan(5);
    const { terminationGracePeriodSeconds, containers } = pod('Deployment');
    const [, preStop] = containers[0].lifecycle.preStop.exec.command;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(Number(preStop) + drainSeconds);
    expect(Number.parseInt(compose.services.baton.stop_grace_period, 10)).toBeGreaterThan(drainSeconds);
    expect(Number(/TimeoutStopSec=(\d+)/.exec(read('systemd/baton.service'))![1])).toBeGreaterThan(drainSeconds);
  });

  it('ask for health where it is told, and restart nothing because a database is away', () => {
    const [container] = pod('Deployment').containers;
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
    expect(container.livenessProbe.httpGet.path).toBe('/healthz');
    expect(container.ports[0].containerPort).toBe(Number(kind('ConfigMap').data.PORT));
    expect(read('Dockerfile')).toMatch(/^HEALTHCHECK[^]*\/readyz/m);
  });

  it('run without rights, and an upgrade leaves nobody without a server', () => {
    for (const name of ['Deployment', 'Job']) {
      expect(pod(name).securityContext.runAsNonRoot).toBe(true);
      expect(pod(name).containers[0].securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
      });
    }
    expect(read('Dockerfile')).toMatch(/^USER node$/m);
    expect(kind('Deployment').spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
    expect(kind('PodDisruptionBudget').spec.selector).toEqual(kind('Deployment').spec.selector);
    expect(kind('Service').spec.selector).toEqual(kind('Deployment').spec.selector.matchLabels);
    expect(pod('Job').containers[0].image).toBe(pod('Deployment').containers[0].image);
    expect(pod('Job').containers[0].command.slice(1)).toEqual(['dist/server/cli/baton.js', 'db', 'migrate']);
  });

  it('have a unit that systemd understands, where there is systemd', () => {
    const verify = () => execFileSync('systemd-analyze', ['verify', 'deploy/systemd/baton.service'], { stdio: 'pipe' });
    try {
      verify();
    } catch (error) {
      const { code, stderr } = error as { code?: string; stderr?: Buffer };
      // A unit is also refused where its program is not installed.
      if (code !== 'ENOENT') expect(String(stderr)).toMatch(/\/usr\/bin\/node is not executable/);
    }
  });
});

describe('the metrics', () => {
  let app: LiveApp;
  let told: Set<string>;
  beforeAll(async () => {
    app = await anApp('sqlite');
    const text = await (await fetch(`${app.http}/metrics`)).text();
    told = new Set();
    for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
      for (const suffix of type === 'histogram' ? ['_bucket', '_count', '_sum'] : ['']) told.add(name + suffix);
  });
  afterAll(() => app.close());

  /** Names of metrics in an expression: what is no function, label or word of PromQL. */
  const metricsIn = (expression: string): string[] =>
    [...expression.replaceAll(/\{[^}]*\}|"[^"]*"|\b(by|without|on) \([^)]*\)/g, '').matchAll(/\b[a-z_]+\b(?!\()/g)]
      .map(([name]) => name)
      .filter((name) => name.includes('_') && !name.startsWith('__') && !name.startsWith('$'));

  it.each([
    [
      'dashboard',
      'grafana/baton.json',
      () =>
        JSON.parse(read('grafana/baton.json')).panels.flatMap(({ targets = [] }: any) =>
          targets.map(({ expr }: any) => expr),
        ),
    ],
    [
      'alerts',
      'prometheus/alerts.yaml',
      () =>
        parse(read('prometheus/alerts.yaml')).groups.flatMap(({ rules }: any) => rules.map(({ expr }: any) => expr)),
    ],
  ])('that the %s names are told', (_, __, expressions) => {
    const all: string[] = expressions();
    const named = [...new Set(all.flatMap(metricsIn))].filter(
      (name) => name !== '__rate_interval' && name !== 'histogram_quantile',
    );

    expect(all.length).toBeGreaterThan(8);
    expect(named.length).toBeGreaterThan(7);
    expect(named.filter((name) => !told.has(name))).toEqual([]);
  });
});
