import { useCallback } from 'react';
import type { BatonClient } from '../sdk.js';
import { formatMoment } from '../ui/dates.js';
import { Icon } from '../ui/Icon.js';
import { AdminSection } from './AdminSection.js';
import { Fact } from './Fact.js';
import { formatBytes, formatSpan } from './units.js';
import { usePolled } from './usePolled.js';

const EVERY_MS = 5_000;

type NodeHealth = Awaited<ReturnType<BatonClient['admin']['health']>>;

/** The node that answers: what it needs, and what it carries. */
export function HealthSection({ client }: { client: BatonClient }) {
  const read = useCallback((signal: AbortSignal) => client.admin.health(undefined, { signal }), [client]);
  const polled = usePolled(read, EVERY_MS);
  return (
    <AdminSection title="Health" polled={polled}>
      {polled.data ? <Health health={polled.data} now={polled.at ?? 0} /> : null}
    </AdminSection>
  );
}

function Health({ health, now }: { health: NodeHealth; now: number }) {
  const { database, migrations, bus, pollAgeMs } = health;
  return (
    <>
      <ul className="admin-checks">
        <Check
          name="Node"
          isOk={health.ready}
          text={health.draining ? 'draining' : health.ready ? 'ready' : 'not ready'}
        />
        <Check
          name="Database"
          isOk={database.ok}
          text={database.detail ?? (database.ok ? 'answers' : 'does not answer')}
        />
        <Check name="Migrations" isOk={migrations.ok} text={migrationText(migrations)} />
        <Check name="Bus" isOk={bus.up} text={`${bus.kind}, ${bus.up ? 'up' : 'down: events come by polling'}`} />
      </ul>
      <dl className="admin-facts">
        <Fact name="Sockets" value={health.sockets} />
        <Fact name="Subscriptions" value={health.subscriptions} />
        <Fact name="Memory" value={formatBytes(health.memoryBytes)} />
        <Fact name="Last look at the log" value={`${formatSpan(pollAgeMs)} ago`} />
        <Fact name="Last backup" value={backupText(health.lastBackup)} />
        <Fact name="Up for" value={formatSpan(now - Date.parse(health.startedAt))} />
        <Fact name="Started" value={formatMoment(health.startedAt)} />
        <Fact name="Node" value={<code>{health.node}</code>} />
      </dl>
    </>
  );
}

const backupText = (last: NodeHealth['lastBackup']) =>
  last ? `${last.outcome.toLowerCase()}, ${formatMoment(last.at)}` : 'none by itself';

const migrationText = ({ ok, pending, detail }: NodeHealth['migrations']) =>
  ok ? 'all done' : (detail ?? `${pending ?? 'some'} to do`);

function Check({ name, isOk, text }: { name: string; isOk: boolean; text: string }) {
  return (
    <li className="admin-check" data-ok={isOk}>
      <Icon name={isOk ? 'check' : 'urgent'} />
      <span>
        <strong>{name}</strong>
        <span className="admin-check-text">{text}</span>
      </span>
    </li>
  );
}
