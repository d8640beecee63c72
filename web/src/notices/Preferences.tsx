import { useEffect, useState } from 'react';
import type { Api, BatonClient } from '../sdk.js';
import type { Toasts } from '../ui/toasts.js';
import { useAct } from '../ui/useAct.js';
import { kindNames } from './noticeText.js';

type Preference = Awaited<ReturnType<Api['notifications']['preferences']['get']>>['items'][number];
type Way = Exclude<keyof Preference, 'kind'>;

/** The ways of being told, a column each. */
const ways: readonly (readonly [way: Way, name: string])[] = [
  ['inApp', 'Here'],
  ['email', 'E-mail'],
];

interface Props {
  readonly client: BatonClient;
  readonly toasts: Toasts;
}

/** Of which kinds one wants to be told. */
export function Preferences({ client, toasts }: Props) {
  const [items, setItems] = useState<readonly Preference[]>([]);
  const { act } = useAct(toasts, 'Preferences');
  useEffect(() => {
    const reading = new AbortController();
    client.notifications.preferences.get(undefined, { signal: reading.signal }).then(
      (found) => setItems(found.items),
      () => undefined,
    );
    return () => reading.abort();
  }, [client]);
  const put = (item: Preference) => setItems((now) => now.map((one) => (one.kind === item.kind ? item : one)));
  const set = async (before: Preference, way: Way, isOn: boolean) => {
    put({ ...before, [way]: isOn });
    const reply = await act(() =>
      client.notifications.preferences.update({ kind: before.kind, patch: { [way]: isOn } }),
    );
    put(reply ?? before);
  };
  return (
    <table className="preferences">
      <caption>Tell me when</caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          {ways.map(([way, name]) => (
            <th key={way} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.kind}>
            <th scope="row">{kindNames[item.kind]}</th>
            {ways.map(([way, name]) => (
              <td key={way}>
                <input
                  type="checkbox"
                  aria-label={`${kindNames[item.kind]}: ${name}`}
                  checked={item[way]}
                  onChange={(event) => void set(item, way, event.target.checked)}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
