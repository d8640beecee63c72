import type { ReactNode } from 'react';
import { categoryNames, priorities, priorityNames, waitingNames } from '../model.js';
import { categories, waitingOns, type Ticket, type TicketDetail, type TicketPatch } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { PriorityMark } from '../board/Card.js';
import { ClockMark } from '../board/SlaMark.js';
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
    ...promises(ticket),
    ['First response', ticket.firstResponseAt && <Ago key="first" at={ticket.firstResponseAt} now={now} />],
    ['Resolved', ticket.resolvedAt && <Ago key="resolved" at={ticket.resolvedAt} now={now} />],
    ['Closed', ticket.closedAt && <Ago key="closed" at={ticket.closedAt} now={now} />],
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

/** What was promised, and how that stands; customers are not told. */
const promises = ({ sla }: Ticket): readonly Fact[] => [
  [
    'Answer promised',
    sla?.FIRST_RESPONSE && <ClockMark key="answer" kind="FIRST_RESPONSE" clock={sla.FIRST_RESPONSE} />,
  ],
  ['Solution promised', sla?.RESOLVE && <ClockMark key="solution" kind="RESOLVE" clock={sla.RESOLVE} />],
];

const readFacts = (ticket: Ticket): readonly Fact[] => [
  ['Priority', <PriorityMark key="priority" priority={ticket.priority} />],
  ['Category', categoryNames[ticket.category]],
  ['Due', ticket.dueDate && formatDay(ticket.dueDate)],
  ['Waiting', ticket.waitingOn && waitingNames[ticket.waitingOn]],
];

function useOwnFacts(ticket: Ticket): readonly Fact[] {
  const { actions } = useBoardTools();
  const edit = (patch: TicketPatch) => void actions.edit(ticket, patch);
  return [...choices(ticket, edit), ...amounts(ticket, edit), waiting(ticket, edit)];
}

type Edit = (patch: TicketPatch) => void;

const choices = (ticket: Ticket, edit: Edit): readonly Fact[] => [
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
];

const textOf = (amount: number | null) => (amount === null ? '' : String(amount));
const amountOf = (text: string) => (text === '' ? null : Number(text));

const amounts = (ticket: Ticket, edit: Edit): readonly Fact[] => [
  [
    'Points',
    <InlineInput
      key="points"
      label="Story points"
      type="number"
      value={textOf(ticket.storyPoints)}
      onCommit={(points) => edit({ storyPoints: amountOf(points) })}
    />,
  ],
  [
    'Estimate',
    <InlineInput
      key="estimate"
      label="Estimate in hours"
      type="number"
      step={0.25}
      value={textOf(ticket.estimatedHours)}
      onCommit={(hours) => edit({ estimatedHours: amountOf(hours) })}
    />,
  ],
];

const waiting = (ticket: Ticket, edit: Edit): Fact => [
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
];

const Ago = ({ at, now }: { at: string; now: number }) => (
  <time dateTime={at} title={formatMoment(at)}>
    {formatAgo(at, now)}
  </time>
);
