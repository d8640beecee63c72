import { useCallback } from 'react';
import type { BatonClient, Project } from '../sdk.js';
import { AdminSection } from './AdminSection.js';
import { AdminTable } from './AdminTable.js';
import { formatBytes, formatSpan } from './units.js';
import { usePolled, type Polled } from './usePolled.js';

const EVERY_MS = 5_000;
const SHOWN_MAX = 50;

type SubscriptionList = Awaited<ReturnType<BatonClient['admin']['subscriptions']>>;
type Subscription = SubscriptionList['items'][number];

interface Props {
  readonly client: BatonClient;
  readonly projects: readonly Project[];
}

/** Who follows what on the node that answers, those furthest behind first. */
export function SubscriptionsSection({ client, projects }: Props) {
  const read = useCallback(
    (signal: AbortSignal) => client.admin.subscriptions({ limit: SHOWN_MAX }, { signal }),
    [client],
  );
  const polled = usePolled(read, EVERY_MS);
  return (
    <AdminSection title="Subscriptions" polled={polled}>
      {polled.data ? <Subscriptions list={polled.data} polled={polled} projects={projects} /> : null}
    </AdminSection>
  );
}

interface ListProps {
  readonly list: SubscriptionList;
  readonly polled: Polled<unknown>;
  readonly projects: readonly Project[];
}

function Subscriptions({ list: { items, total }, polled, projects }: ListProps) {
  if (items.length === 0) return <p className="form-hint">Nobody follows anything here now.</p>;
  const keys = new Map(projects.map(({ id, key }) => [id, key]));
  return (
    <>
      <p className="admin-summary">{lagText(items, total)}</p>
      <AdminTable name="Subscriptions" columns={['Person', 'Follows', 'For', 'Behind', 'Waiting']}>
        {items.map((item) => (
          <tr key={`${item.kind} ${item.id} ${item.userId} ${item.since}`} data-behind={item.behind > 0 || undefined}>
            <th scope="row">{item.userName ?? 'Somebody'}</th>
            <td>{followedText(item, keys)}</td>
            <td>{formatSpan((polled.at ?? 0) - Date.parse(item.since))}</td>
            <td>{item.behind === 0 ? 'up to date' : `${item.behind} events`}</td>
            <td>{item.waitingBytes === 0 ? '–' : formatBytes(item.waitingBytes)}</td>
          </tr>
        ))}
      </AdminTable>
    </>
  );
}

/** The list has those furthest behind first, so the first says how far the worst is. */
export function lagText(items: readonly Pick<Subscription, 'behind'>[], total: number): string {
  const behind = items.filter((item) => item.behind > 0);
  const count = `${total} ${total === 1 ? 'subscription' : 'subscriptions'}`;
  const rest = total > items.length ? `, of which ${items.length} are listed` : '';
  if (behind.length === 0) return `${count}${rest}. All are up to date.`;
  const worst = Math.max(...behind.map((item) => item.behind));
  return `${count}${rest}. ${behind.length} behind, the slowest by ${worst} ${worst === 1 ? 'event' : 'events'}.`;
}

function followedText({ kind, id }: Subscription, keys: ReadonlyMap<string, string>): string {
  if (kind === 'feed') return 'Their own feed';
  if (kind === 'ticket') return 'A ticket';
  if (kind === 'conversation') return 'A conversation';
  const key = keys.get(id);
  if (kind === 'query') return key ? `A list of ${key}` : 'A list of all projects';
  return `Project ${key ?? id}`;
}
