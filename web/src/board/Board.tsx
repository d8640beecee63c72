import { useCallback, useEffect, useMemo, useRef } from 'react';
import { FilterBar } from '../filter/FilterBar.js';
import { useBoardQuery } from '../filter/useBoardQuery.js';
import { TicketList } from '../list/TicketList.js';
import { BulkBar } from '../bulk/BulkBar.js';
import { useBulk } from '../bulk/useBulk.js';
import { useSelection } from '../bulk/useSelection.js';
import { later } from '../ui/later.js';
import { go, pathTo } from '../ui/useRoute.js';
import { useBoardTools } from './boardContext.js';
import type { BoardState } from './boardState.js';
import type { BoardView } from './boardStore.js';
import { Columns } from './Columns.js';
import { Announcer, Feed } from './Feed.js';
import type { LaneViewProps } from './laneProps.js';
import type { Lane } from './lanes.js';
import { Toolbar } from './Toolbar.js';
import { useBoardKeys } from './useBoardKeys.js';
import { useCardMotion } from './useCardMotion.js';
import { useFeedOpen } from './useFeedOpen.js';
import { useLanes } from './useLanes.js';
import { linkOf, useReveal } from './useReveal.js';

/** Comes when the board stands. */
const TicketPanel = later(() => import('../detail/TicketPanel.js').then((module) => module.TicketPanel));

interface Props {
  readonly view: BoardView;
  readonly state: BoardState;
  readonly ticketKey: string | null;
}

export function Board({ view, state, ticketKey }: Props) {
  const tools = useBoardTools();
  const { viewer, store, projectKey } = tools;
  const [query, setQuery] = useBoardQuery();
  const { lanes, readOn } = useLanes(tools, view, state, query);
  const board = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const feed = useFeedOpen();
  const reveal = useReveal(board);
  const selected = useSelection(lanes);
  const bulk = useBulk(tools);
  const pendingIds = useMemo(() => new Set(view.overlays.map((overlay) => overlay.ticketId)), [view.overlays]);
  const openTicket = useMemo(() => (ticketKey ? ticketIn(lanes, ticketKey) : undefined), [lanes, ticketKey]);
  useEffect(() => TicketPanel.prepare(), []);
  useCardMotion(board, store, viewer.user.id);
  const place = { tools, query, setQuery, selected, bulk, toggleFeed: feed.toggle };
  const openPalette = useBoardKeys({ ...place, search, lanes, reveal, openTicket });
  const closePanel = useCallback(() => {
    go(pathTo(projectKey));
    if (openTicket && board.current) linkOf(board.current, openTicket.id)?.focus();
  }, [projectKey, openTicket]);

  const lane = { lanes, readOn, reveal, selected, pendingIds };
  const shown: LaneViewProps = { ...lane, query, setQuery, openKey: ticketKey, proposed: state.proposed };
  const LaneView = query.layout === 'list' ? TicketList : Columns;
  return (
    <div
      className="board-page"
      data-feed={feed.isOpen || undefined}
      data-panel={ticketKey !== null || undefined}
      data-selecting={selected.tickets.length > 0 || undefined}
    >
      <div className="board-head" role="region" aria-label="Search and filters">
        <Toolbar
          state={state}
          query={query}
          setQuery={setQuery}
          search={search}
          feed={feed}
          openPalette={openPalette}
        />
        <FilterBar query={query} setQuery={setQuery} />
      </div>
      <main className="board-main" aria-label={`${state.project.name} board`} ref={board}>
        <LaneView {...shown} />
        <BulkBar selected={selected} bulk={bulk} />
      </main>
      {feed.isOpen ? <Feed state={state} onClose={feed.toggle} /> : null}
      {ticketKey ? <TicketPanel key={ticketKey} ticketKey={ticketKey} onClose={closePanel} /> : null}
      <Announcer />
    </div>
  );
}

const ticketIn = (lanes: readonly Lane[], key: string) =>
  lanes.flatMap(({ tickets }) => tickets).find((ticket) => ticket.key === key);
