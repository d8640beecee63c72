import type { ReactNode } from 'react';
import { categoryNames, priorities, priorityNames, waitingNames } from '../model.js';
import { categories, waitingOns, type Ticket, type TicketDetail, type TicketPatch } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { PriorityMark } from '../board/Card.js';
import { formatAgo, formatDay, formatMoment } from '../ui/dates.js';
import { useNow } from '../ui/useNow.js';
import { InlineInput } from './InlineInput.js';
import { InlineSelect } from './InlineSelect.js';

interface Props {
  readonly ticket: Ticket;
  readonly detail: TicketDetail | null;
}
type Fact = readonly [name: string, value: ReactNode];

/** The small fields: staff change them where they stand; an empty one takes no room where it cannot be filled. */
export function TicketFacts({ ticket, detail }: Props) {
  const { viewer } = useBoardTools();
  const now = useNow(30_000);
  const own = useOwnFacts(ticket);
  const facts: readonly Fact[] = [
    ...(viewer.isStaff ? own : readFacts(ticket)),
    ['Reported by', detail?.reporterName],
    ['Department', detail?.departmentName],
    ['Needs', detail?.requiredSkillName],
    ['Created', <Ago key="created" at={ticket.createdAt} now={now} />],
    ['Changed', <Ago key="changed" at={ticket.updatedAt} now={now} />],
  ];
  return (
    <dl className="ticket-facts">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

const readFacts = (ticket: Ticket): readonly Fact[] => [
  ['Priority', <PriorityMark key="priority" priority={ticket.priority} />],
  ['Category', categoryNames[ticket.category]],
  ['Due', ticket.dueDate && formatDay(ticket.dueDate)],
  ['Waiting', ticket.waitingOn && waitingNames[ticket.waitingOn]],
];

function useOwnFacts(ticket: Ticket): readonly Fact[] {
  const { actions } = useBoardTools();
  const edit = (patch: TicketPatch) => void actions.edit(ticket, patch);
  return [
    [
      'Priority',
      <InlineSelect
        key="priority"
        label="Priority"
        value={ticket.priority}
        options={priorities.map((priority) => [priority, priorityNames[priority]])}
        onChange={(priority) => edit({ priority })}
      />,
    ],
    [
      'Category',
      <InlineSelect
        key="category"
        label="Category"
        value={ticket.category}
        options={categories.map((category) => [category, categoryNames[category]])}
        onChange={(category) => edit({ category })}
      />,
    ],
    [
      'Due',
      <InlineInput
        key="due"
        label="Due date"
        type="date"
        value={ticket.dueDate ?? ''}
        onCommit={(day) => edit({ dueDate: day || null })}
      />,
    ],
    [
      'Points',
      <InlineInput
        key="points"
        label="Story points"
        type="number"
        value={ticket.storyPoints === null ? '' : String(ticket.storyPoints)}
        onCommit={(points) => edit({ storyPoints: points === '' ? null : Number(points) })}
      />,
    ],
    [
      'Waiting',
      <InlineSelect
        key="waiting"
        label="Waiting"
        value={ticket.waitingOn ?? ''}
        options={[
          ['', 'On nobody'],
          ...waitingOns.map((on) => [on, waitingNames[on].replace('Waiting on', 'On')] as const),
        ]}
        onChange={(on) => edit({ waitingOn: on || null })}
      />,
    ],
  ];
}

const Ago = ({ at, now }: { at: string; now: number }) => (
  <time dateTime={at} title={formatMoment(at)}>
    {formatAgo(at, now)}
  </time>
);
