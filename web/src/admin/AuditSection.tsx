import { useCallback, useState } from 'react';
import { auditActions, auditEntities } from '../../../contract/enums.js';
import type { BatonClient, Project } from '../sdk.js';
import { formatMoment } from '../ui/dates.js';
import { AdminSection } from './AdminSection.js';
import { AdminTable } from './AdminTable.js';
import { fieldLines, wordsOf } from './auditLines.js';
import { PageButtons } from './PageButtons.js';
import { usePolled } from './usePolled.js';

const EVERY_MS = 30_000;
const SHOWN = 25;

type Line = Awaited<ReturnType<BatonClient['admin']['audit']>>['items'][number];
interface Filter {
  readonly entity?: Line['entity'];
  readonly action?: Line['action'];
  readonly projectId?: string;
  readonly actorId?: string;
  /** Days, both inclusive. */
  readonly from?: string;
  readonly to?: string;
}
const DAY_MS = 86_400_000;
const startOf = (day: string, daysLater = 0) => new Date(Date.parse(day) + daysLater * DAY_MS).toISOString();

interface Props {
  readonly client: BatonClient;
  readonly projects: readonly Project[];
}

/** Who changed what, newest first, a page at a time. */
export function AuditSection({ client, projects }: Props) {
  const [filter, setFilter] = useState<Filter>({});
  const [cursor, setCursor] = useState<string | null>(null);
  const read = useCallback(
    (signal: AbortSignal) => {
      const { from, to, ...rest } = filter;
      const time = { ...(from ? { from: startOf(from) } : {}), ...(to ? { to: startOf(to, 1) } : {}) };
      return client.admin.audit({ ...rest, ...time, limit: SHOWN, ...(cursor ? { cursor } : {}) }, { signal });
    },
    [client, filter, cursor],
  );
  const polled = usePolled(read, EVERY_MS);
  const choose = (change: { [Name in keyof Filter]?: Filter[Name] | undefined }) => {
    setCursor(null);
    setFilter((now) => Object.fromEntries(Object.entries({ ...now, ...change }).filter(([, value]) => value)));
  };
  return (
    <AdminSection title="Audit" polled={polled}>
      <div className="admin-filters">
        <Choice name="What" of={auditEntities} value={filter.entity} onChoose={(entity) => choose({ entity })} />
        <Choice name="Deed" of={auditActions} value={filter.action} onChoose={(action) => choose({ action })} />
        <select
          aria-label="Project of the change"
          value={filter.projectId ?? ''}
          onChange={(event) => choose({ projectId: event.target.value })}
        >
          <option value="">All projects</option>
          {projects.map(({ id, key }) => (
            <option key={id} value={id}>
              {key}
            </option>
          ))}
        </select>
        <Day name="From" value={filter.from} onChoose={(from) => choose({ from })} />
        <Day name="To" value={filter.to} onChoose={(to) => choose({ to })} />
        {filter.actorId ? (
          <button type="button" className="button button-quiet" onClick={() => choose({ actorId: undefined })}>
            Everybody
          </button>
        ) : null}
      </div>
      <Lines lines={polled.data?.items ?? []} onPerson={(actorId) => choose({ actorId })} />
      <PageButtons cursor={cursor} next={polled.data?.nextCursor ?? null} onTurn={setCursor} />
    </AdminSection>
  );
}

interface ChoiceProps<Word extends string> {
  readonly name: string;
  readonly of: readonly Word[];
  readonly value: Word | undefined;
  readonly onChoose: (word: Word | undefined) => void;
}
const Choice = <Word extends string>({ name, of, value, onChoose }: ChoiceProps<Word>) => (
  <select
    aria-label={name}
    value={value ?? ''}
    onChange={(event) => onChoose(of.find((word) => word === event.target.value))}
  >
    <option value="">{name}: all</option>
    {of.map((word) => (
      <option key={word} value={word}>
        {wordsOf(word)}
      </option>
    ))}
  </select>
);

interface DayProps {
  readonly name: string;
  readonly value: string | undefined;
  readonly onChoose: (day: string) => void;
}
const Day = ({ name, value, onChoose }: DayProps) => (
  <label>
    {name} <input type="date" value={value ?? ''} onChange={(event) => onChoose(event.target.value)} />
  </label>
);

function Lines({ lines, onPerson }: { lines: readonly Line[]; onPerson: (actorId: string) => void }) {
  if (lines.length === 0) return <p className="form-hint">Nothing was changed that fits.</p>;
  return (
    <AdminTable name="Audit" columns={['When', 'Who', 'What', 'Change']}>
      {lines.map(({ id, at, actorId, actorName, entity, action, before, after }) => (
        <tr key={id}>
          <th scope="row">{formatMoment(at)}</th>
          <td>
            {actorId ? (
              <button type="button" className="button button-quiet" onClick={() => onPerson(actorId)}>
                {actorName}
              </button>
            ) : (
              actorName
            )}
          </td>
          <td>
            {wordsOf(entity)}, {wordsOf(action).toLowerCase()}
          </td>
          <td>
            <ul className="audit-fields">
              {fieldLines(before, after).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </td>
        </tr>
      ))}
    </AdminTable>
  );
}
