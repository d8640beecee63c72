import { useCallback, useMemo, useRef, useState } from 'react';
import { statuses, statusNames } from '../model.js';
import { TicketPanel } from '../detail/TicketPanel.js';
import { go, pathTo } from '../ui/useRoute.js';
import { useBoardTools } from './boardContext.js';
import { columnCount, type BoardState } from './boardState.js';
import type { BoardView } from './boardStore.js';
import { columnsOf, isFiltering, noFilter, overlaid, type Columns } from './boardView.js';
import { Column } from './Column.js';
import { Announcer, Feed } from './Feed.js';
import { Toolbar } from './Toolbar.js';
import { useBoardKeys } from './useBoardKeys.js';
import { useCardMotion } from './useCardMotion.js';
import { useFeedOpen } from './useFeedOpen.js';
import { useSearchHits } from './useSearchHits.js';

interface Props {
  readonly view: BoardView;
  readonly state: BoardState;
  readonly ticketKey: string | null;
}

export function Board({ view, state, ticketKey }: Props) {
  const tools = useBoardTools();
  const { viewer, store, projectKey } = tools;
  const [filter, setFilter] = useState(noFilter);
  const board = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const feed = useFeedOpen();
  const hits = useSearchHits(tools, filter);
  const { overlays } = view;
  const columns = useMemo(
    () => columnsOf(state, overlays, filter, viewer.user.id, hits),
    [state, overlays, filter, viewer, hits],
  );
  const ticketOf = useCallback(
    (id: string) => {
      const known = state.tickets.get(id);
      return known && overlaid(known, overlays);
    },
    [state, overlays],
  );
  const openTicket = useMemo(
    () => (ticketKey ? statuses.flatMap((s) => columns[s]).find((ticket) => ticket.key === ticketKey) : undefined),
    [columns, ticketKey],
  );
  useCardMotion(board, store, viewer.user.id);
  useBoardKeys({ board, search, tools, ticketOf, openTicket });
  const closePanel = useCallback(() => {
    go(pathTo(projectKey));
    if (openTicket) board.current?.querySelector<HTMLElement>(`[data-ticket="${openTicket.id}"] h3 a`)?.focus();
  }, [projectKey, openTicket]);

  return (
    <div className="board-page" data-feed={feed.isOpen || undefined} data-panel={ticketKey !== null || undefined}>
      <Toolbar state={state} filter={filter} onFilter={setFilter} search={search} feed={feed} />
      <main className="board-main" aria-label={`${state.project.name} board`}>
        <ColumnTabs columns={columns} state={state} isFiltering={isFiltering(filter)} />
        <div className="board" ref={board}>
          <ColumnSet
            view={view}
            state={state}
            columns={columns}
            isFiltering={isFiltering(filter)}
            openKey={ticketKey}
          />
        </div>
      </main>
      {feed.isOpen ? <Feed state={state} onClose={feed.toggle} /> : null}
      {ticketKey ? <TicketPanel key={ticketKey} ticketKey={ticketKey} onClose={closePanel} /> : null}
      <Announcer />
    </div>
  );
}

interface ColumnSetProps {
  readonly view: BoardView;
  readonly state: BoardState;
  readonly columns: Columns;
  readonly isFiltering: boolean;
  readonly openKey: string | null;
}

function ColumnSet({ view, state, columns, isFiltering: filtering, openKey }: ColumnSetProps) {
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const shown = statuses.flatMap((status) => columns[status]);
  const tabStopId = shown.find((ticket) => ticket.id === focusedId)?.id ?? shown[0]?.id ?? null;
  const pendingIds = useMemo(() => new Set(view.overlays.map((overlay) => overlay.ticketId)), [view.overlays]);
  return (
    <div
      className="columns"
      onFocus={(event) => {
        const card = (event.target as HTMLElement).closest<HTMLElement>('[data-ticket]');
        if (card) setFocusedId(card.dataset['ticket'] ?? null);
      }}
    >
      {statuses.map((status) => (
        <Column
          key={status}
          status={status}
          tickets={columns[status]}
          count={filtering ? columns[status].length : columnCount(state, status, columns[status].length)}
          hasMore={state.nextPages[status] !== null}
          isLoadingMore={view.loadingMore === status}
          isFiltering={filtering}
          tabStopId={tabStopId}
          openKey={openKey}
          pendingIds={pendingIds}
        />
      ))}
    </div>
  );
}

/** On narrow screens a column fills the width; these go from one to the other. */
function ColumnTabs({
  columns,
  state,
  isFiltering: filtering,
}: Pick<ColumnSetProps, 'columns' | 'state' | 'isFiltering'>) {
  return (
    <nav className="column-tabs" aria-label="Columns">
      {statuses.map((status) => (
        <button
          key={status}
          type="button"
          onClick={() =>
            document.getElementById(`status-${status}`)?.scrollIntoView({ inline: 'start', block: 'nearest' })
          }
        >
          <span className="status-dot" data-status={status} />
          {statusNames[status]}{' '}
          <span className="column-count">
            {filtering ? columns[status].length : columnCount(state, status, columns[status].length)}
          </span>
        </button>
      ))}
    </nav>
  );
}
