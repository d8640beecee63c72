import { useState, type ReactNode } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import type { SavedView } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { useAct } from '../ui/useAct.js';
import { plainQuery, queryFrom, searchOf, type BoardQuery } from './boardFilter.js';
import { NameDialog } from './NameDialog.js';
import { keepFilters, savedFilters, withFilter, type SavedFilter } from './savedFilters.js';
import { queryOfView, viewFilter } from './serverViews.js';
import type { SetQuery } from './useBoardQuery.js';
import { useViews } from './useViews.js';

interface Props {
  readonly query: BoardQuery;
  readonly setQuery: SetQuery;
  readonly isWorthSaving: boolean;
}

/** What a saved filter stands for: not the layout, which is a matter of the moment. */
const savedSearch = (query: BoardQuery) => searchOf({ ...query, layout: plainQuery.layout });

/** Views that the server keeps, one's own and those of the team, and filters that only this browser can: their days are counted from today. */
export function SavedFilters({ query, setQuery, isWorthSaving }: Props) {
  const { client, store, viewer, toasts } = useBoardTools();
  const { views, read } = useViews();
  const [isNaming, setIsNaming] = useState(false);
  const local = useLocalFilters();
  const { act } = useAct(toasts, 'The view');
  const { id: userId } = viewer.user;
  const search = savedSearch(query);
  const show = (to: BoardQuery) => setQuery({ ...to, layout: query.layout });
  const shown = views.flatMap((view) => {
    const of = queryOfView(view, userId);
    return of ? [{ view, query: of, isActive: savedSearch(of) === search }] : [];
  });
  const filter = viewFilter(query.filter, userId);
  const save = async (name: string, shared: boolean) => {
    if (!filter) return local.keep(withFilter(local.filters, { name, search }));
    const { projectId } = store;
    if (await act(() => client.views.create({ projectId, name, filter, sort: query.sort, shared }))) await read();
  };
  const isSaved = shown.some(({ isActive }) => isActive) || local.filters.some((saved) => saved.search === search);
  return (
    <>
      {shown.map(({ view, query: of, isActive }) => (
        <Chip key={view.id} name={nameOf(view, userId)} isActive={isActive} onChoose={() => show(of)}>
          {isActive ? <ViewTools view={view} onChanged={() => void read()} /> : null}
        </Chip>
      ))}
      {local.filters.map((saved) => (
        <Chip
          key={saved.name}
          name={saved.name}
          isActive={saved.search === search}
          onChoose={() => show(queryFrom(saved.search))}
        >
          {saved.search === search ? (
            <Forget name={saved.name} onForget={() => local.keep(local.filters.filter((one) => one !== saved))} />
          ) : null}
        </Chip>
      ))}
      <Takeover local={local} onTaken={() => void read()} />
      {isWorthSaving && !isSaved ? (
        <button type="button" className="button-quiet filter-clear" onClick={() => setIsNaming(true)}>
          Save filter
        </button>
      ) : null}
      {isNaming ? (
        <NameDialog
          isLocal={filter === null}
          mayShare={viewer.isStaff}
          onName={(name, shared) => void save(name, shared)}
          onClose={() => setIsNaming(false)}
        />
      ) : null}
    </>
  );
}

const nameOf = ({ name, ownerId, ownerName }: SavedView, userId: string) =>
  ownerId === userId ? name : `${name} · ${ownerName}`;

interface ChipProps {
  readonly name: string;
  readonly isActive: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}

function Chip({ name, isActive, onChoose, children }: ChipProps) {
  return (
    <span className="chip saved-filter" data-active={isActive || undefined}>
      <button type="button" aria-pressed={isActive} onClick={onChoose}>
        <Icon name="star" />
        <span className="saved-filter-name" title={name}>
          {name}
        </span>
      </button>
      {children}
    </span>
  );
}

const Forget = ({ name, onForget }: { name: string; onForget: () => void }) => (
  <button type="button" aria-label={`Forget the filter ${name}`} onClick={onForget}>
    <Icon name="close" />
  </button>
);

/** Of one's own view. */
function ViewTools({ view, onChanged }: { view: SavedView; onChanged: () => void }) {
  const { client, viewer, toasts } = useBoardTools();
  const { act } = useAct(toasts, view.name);
  const { id: viewId, name, shared, version: expectedVersion } = view;
  if (view.ownerId !== viewer.user.id) return null;
  const share = () => client.views.update({ viewId, patch: { shared: !shared }, expectedVersion });
  return (
    <>
      {viewer.isStaff ? (
        <button
          type="button"
          aria-pressed={shared}
          aria-label={`Share ${name} with the team`}
          title={shared ? 'Shared with the team' : 'Share with the team'}
          data-shared={shared || undefined}
          onClick={() => void act(share).then(onChanged)}
        >
          <Icon name="person" />
        </button>
      ) : null}
      <Forget name={name} onForget={() => void act(() => client.views.delete({ viewId })).then(onChanged)} />
    </>
  );
}

interface Local {
  readonly filters: readonly SavedFilter[];
  readonly keep: (filters: readonly SavedFilter[]) => void;
}

function useLocalFilters(): Local {
  const { store, viewer } = useBoardTools();
  const [filters, setFilters] = useState(() => savedFilters(localStorage, viewer.user.id, store.projectId));
  const keep = (next: readonly SavedFilter[]) => {
    keepFilters(localStorage, viewer.user.id, store.projectId, next);
    setFilters(next);
  };
  return { filters, keep };
}

/** Filters of this browser that the server could keep, from before it did: they are offered to it. */
function Takeover({ local, onTaken }: { local: Local; onTaken: () => void }) {
  const { client, store, viewer, toasts } = useBoardTools();
  const [isBusy, setIsBusy] = useState(false);
  const able = local.filters.flatMap((saved) => {
    const { filter, sort } = queryFrom(saved.search);
    const wanted = viewFilter(filter, viewer.user.id);
    return wanted ? [{ saved, input: { projectId: store.projectId, name: saved.name, filter: wanted, sort } }] : [];
  });
  if (able.length === 0) return null;
  const take = async () => {
    setIsBusy(true);
    const taken = new Set<SavedFilter>();
    for (const { saved, input } of able) {
      try {
        await client.views.create(input);
        taken.add(saved);
      } catch (error) {
        toasts.show('error', explain(error, saved.name));
      }
    }
    local.keep(local.filters.filter((saved) => !taken.has(saved)));
    setIsBusy(false);
    onTaken();
  };
  return (
    <button
      type="button"
      className="button-quiet filter-clear"
      disabled={isBusy}
      title="They are in this browser alone; on the server you have them everywhere"
      onClick={() => void take()}
    >
      {able.length === 1 ? 'Keep the filter on the server' : `Keep ${able.length} filters on the server`}
    </button>
  );
}
