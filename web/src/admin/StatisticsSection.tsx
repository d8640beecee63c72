import { useCallback } from 'react';
import { priorityNames, statuses, statusNames } from '../model.js';
import type { BatonClient, Project } from '../sdk.js';
import { Avatar } from '../ui/Avatar.js';
import { AdminSection } from './AdminSection.js';
import { BarTable, type Bar } from './BarTable.js';
import { Fact } from './Fact.js';
import { readStatistics, type Statistics } from './statistics.js';
import { ThroughputChart } from './ThroughputChart.js';
import { formatSpan } from './units.js';
import { usePolled } from './usePolled.js';

const EVERY_MS = 30_000;
const PEOPLE_MAX = 10;

interface Props {
  readonly client: BatonClient;
  readonly project: Project;
  readonly projects: readonly Project[];
  readonly onChoose: (projectId: string) => void;
}

/** What becomes of the tickets of one project. */
export function StatisticsSection({ client, project, projects, onChoose }: Props) {
  const read = useCallback((signal: AbortSignal) => readStatistics(client, project.id, signal), [client, project.id]);
  const polled = usePolled(read, EVERY_MS);
  const choice = (
    <select aria-label="Project" value={project.id} onChange={(event) => onChoose(event.target.value)}>
      {projects.map(({ id, key, name }) => (
        <option key={id} value={id}>
          {key} {name}
        </option>
      ))}
    </select>
  );
  return (
    <AdminSection title="Statistics" polled={polled} tools={choice}>
      {polled.data ? <Charts statistics={polled.data} /> : null}
    </AdminSection>
  );
}

const statusColors = {
  OPEN: 'var(--open)',
  IN_PROGRESS: 'var(--in-progress)',
  REVIEW: 'var(--review)',
  RESOLVED: 'var(--resolved)',
  CLOSED: 'var(--closed)',
} as const;
const priorityColors = {
  URGENT: 'var(--danger)',
  HIGH: 'var(--warning)',
  MEDIUM: 'var(--open)',
  LOW: 'var(--closed)',
} as const;

function Charts({ statistics: { dashboard, days, times } }: { statistics: Statistics }) {
  if (dashboard.open + dashboard.resolved === 0)
    return <p className="form-hint">There are no tickets in this project yet.</p>;
  return (
    <div className="admin-charts">
      <ThroughputChart days={days} />
      <dl className="admin-facts">
        <Fact name="Open" value={dashboard.open} />
        <Fact name="Overdue" value={dashboard.overdue} />
        <Fact name="Held by nobody" value={dashboard.unassigned} />
        <Fact name="First answer, half within" value={spanText(times.firstResponse.p50Ms)} />
        <Fact name="Resolved, half within" value={spanText(times.resolution.p50Ms)} />
        <Fact name="Resolved, nine tenths within" value={spanText(times.resolution.p90Ms)} />
      </dl>
      <BarTable
        title="By status"
        unit="Status"
        bars={statuses.map((status) => ({
          id: status,
          name: statusNames[status],
          count: dashboard.byStatus[status],
          color: statusColors[status],
        }))}
      />
      <BarTable
        title="Unfinished, by priority"
        unit="Priority"
        bars={dashboard.byPriority.toReversed().map(({ priority, open }) => ({
          id: priority,
          name: priorityNames[priority],
          count: open,
          color: priorityColors[priority],
        }))}
      />
      <BarTable title="Unfinished, by who holds them" unit="Person" bars={holders(dashboard)} />
    </div>
  );
}

const spanText = (ms: number | null): string => (ms === null ? 'none yet' : formatSpan(ms));

function holders({ byAssignee, unassigned }: Statistics['dashboard']): Bar[] {
  const people = byAssignee.filter(({ open }) => open > 0).slice(0, PEOPLE_MAX);
  const bars = people.flatMap(({ userId, name, open }): Bar[] =>
    userId === null || name === null
      ? []
      : [{ id: userId, name, count: open, mark: <Avatar id={userId} name={name} /> }],
  );
  return [...bars, { id: '', name: 'Nobody', count: unassigned, color: 'var(--line-strong)' }];
}
