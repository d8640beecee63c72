import { useMemo, useSyncExternalStore } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { useKnownTags } from '../board/useKnownTags.js';
import { categoryNames, priorities, priorityNames, slaStateNames, statuses, statusNames } from '../model.js';
import { categories, slaStates } from '../sdk.js';
import {
  dues,
  firstDirection,
  hasConditions,
  isFiltering,
  noFilter,
  type BoardFilter,
  type BoardQuery,
  type Due,
  type SortBy,
} from './boardFilter.js';
import { FilterChip } from './FilterChip.js';
import { SavedFilters } from './SavedFilters.js';
import type { SetQuery } from './useBoardQuery.js';

interface Props {
  readonly query: BoardQuery;
  readonly setQuery: SetQuery;
}
interface ChipProps {
  readonly filter: BoardFilter;
  readonly change: (part: Partial<BoardFilter>) => void;
}

const dueNames: Readonly<Record<Due, string>> = { overdue: 'Overdue', today: 'Until today', week: 'Within a week' };
const sortNames: Readonly<Record<SortBy, string>> = {
  updatedAt: 'Latest change',
  createdAt: 'Newest',
  priority: 'Priority',
  dueDate: 'Due date',
};
const holders = [
  [null, 'All'],
  ['me', 'Mine'],
  ['nobody', 'Unheld'],
] as const;

const optionsOf = <Word extends string>(words: readonly Word[], names: Readonly<Record<Word, string>>) =>
  words.map((id) => ({ id, name: names[id] }));

/** What narrows the board, and in which order it stands. All of it is in the address. */
export function FilterBar({ query, setQuery }: Props) {
  const { viewer } = useBoardTools();
  const { filter } = query;
  const change = (part: Partial<BoardFilter>) => setQuery({ filter: { ...filter, ...part } });
  return (
    <div className="filter-bar" role="group" aria-label="Filters">
      {viewer.isStaff ? (
        <div className="segments" role="group" aria-label="Whose tickets">
          {holders.map(([assignee, name]) => (
            <button
              key={name}
              type="button"
              aria-pressed={filter.assignee === assignee}
              onClick={() => change({ assignee })}
            >
              {name}
            </button>
          ))}
        </div>
      ) : null}
      <FilterChip
        label="Status"
        options={optionsOf(statuses, statusNames)}
        chosen={filter.status}
        onChoose={(status) => change({ status })}
      />
      <FilterChip
        label="Priority"
        options={optionsOf(priorities, priorityNames)}
        chosen={filter.priority}
        onChoose={(priority) => change({ priority })}
      />
      <FilterChip
        label="Category"
        options={optionsOf(categories, categoryNames)}
        chosen={filter.category}
        onChoose={(category) => change({ category })}
      />
      {viewer.isStaff ? <AssigneeChip filter={filter} change={change} /> : null}
      <FilterChip
        label="Due"
        isSingle
        options={optionsOf(dues, dueNames)}
        chosen={filter.due ? [filter.due] : []}
        onChoose={([due = null]) => change({ due })}
      />
      {viewer.isStaff ? <TagChip filter={filter} change={change} /> : null}
      {viewer.isStaff ? <SlaChip filter={filter} change={change} /> : null}
      {isFiltering(filter) ? (
        <button type="button" className="button-quiet filter-clear" onClick={() => setQuery({ filter: noFilter })}>
          Clear
        </button>
      ) : null}
      <SavedFilters query={query} setQuery={setQuery} isWorthSaving={hasConditions(filter)} />
      <SortChoice query={query} setQuery={setQuery} />
    </div>
  );
}

function AssigneeChip({ filter, change }: ChipProps) {
  const { store } = useBoardTools();
  const members = useSyncExternalStore(store.subscribe, store.get).state?.members ?? [];
  const people = members
    .filter(({ role, userRole }) => role !== 'CUSTOMER' && userRole !== 'CUSTOMER')
    .map(({ userId, name }) => ({ id: userId, name }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const chosen =
    filter.assignee === null || filter.assignee === 'me' || filter.assignee === 'nobody' ? [] : [filter.assignee];
  return (
    <FilterChip
      label="Assignee"
      isSingle
      options={people}
      chosen={chosen}
      onChoose={([assignee = null]) => change({ assignee })}
    />
  );
}

/** Nothing to choose from, no chip. */
function TagChip({ filter: { tag }, change }: ChipProps) {
  const known = useKnownTags();
  const tags = tag === null || known.includes(tag) ? known : [...known, tag];
  if (tags.length === 0) return null;
  return (
    <FilterChip
      label="Tag"
      isSingle
      options={tags.map((name) => ({ id: name, name }))}
      chosen={tag === null ? [] : [tag]}
      onChoose={([chosen = null]) => change({ tag: chosen })}
    />
  );
}

/** Where nothing is promised, no chip. */
function SlaChip({ filter: { sla }, change }: ChipProps) {
  const { store } = useBoardTools();
  const tickets = useSyncExternalStore(store.subscribe, store.get).state?.tickets;
  // Tickets of older servers tell of none.
  const isPromised = useMemo(() => [...(tickets?.values() ?? [])].some((ticket) => Boolean(ticket.sla)), [tickets]);
  if (!isPromised && sla.length === 0) return null;
  return (
    <FilterChip
      label="Promise"
      options={optionsOf(slaStates, slaStateNames)}
      chosen={sla}
      onChoose={(chosen) => change({ sla: chosen })}
    />
  );
}

function SortChoice({ query, setQuery }: Props) {
  return (
    <label className="sort">
      <span className="visually-hidden">Sort by</span>
      <select
        value={query.sort.by}
        onChange={(event) => {
          const by = event.target.value as SortBy;
          setQuery({ sort: { by, dir: firstDirection[by] } });
        }}
      >
        {Object.entries(sortNames).map(([by, name]) => (
          <option key={by} value={by}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
