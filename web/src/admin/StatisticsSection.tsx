import { useCallback } from 'react';
import { priorities, priorityNames, statuses, statusNames } from '../model.js';
import type { BatonClient, Project } from '../sdk.js';
import { Avatar } from '../ui/Avatar.js';
import { AdminSection } from './AdminSection.js';
import { BarTable } from './BarTable.js';
import { readStatistics, type Statistics } from './statistics.js';
import { ThroughputChart } from './ThroughputChart.js';
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

function Charts({ statistics: { counts, byPriority, days, isPartial } }: { statistics: Statistics }) {
  if (counts.total === 0) return <p className="form-hint">There are no tickets in this project yet.</p>;
  const people = counts.byAssignee.toSorted((a, b) => b.count - a.count).slice(0, PEOPLE_MAX);
  return (
    <div className="admin-charts">
      <ThroughputChart days={days} />
      <BarTable
        title="By status"
        unit="Status"
        bars={statuses.map((status) => ({
          id: status,
          name: statusNames[status],
          count: counts.byStatus[status],
          color: statusColors[status],
        }))}
      />
      <BarTable
        title="Unfinished, by priority"
        unit="Priority"
        bars={priorities.map((priority) => ({
          id: priority,
          name: priorityNames[priority],
          count: byPriority[priority],
          color: priorityColors[priority],
        }))}
      />
      <BarTable
        title="By who holds them"
        unit="Person"
        bars={[
          ...people.map(({ userId, name, count }) => ({
            id: userId,
            name,
            count,
            mark: <Avatar id={userId} name={name} />,
          })),
          { id: '', name: 'Nobody', count: counts.unassigned, color: 'var(--line-strong)' },
        ]}
      />
      {isPartial ? <p className="form-hint">Days and priorities count the latest 1,000 tickets of each kind.</p> : null}
    </div>
  );
}
