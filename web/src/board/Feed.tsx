import { useEffect, useState } from 'react';
import { concerns } from '../news/newsText.js';
import { Avatar } from '../ui/Avatar.js';
import { formatAgo, formatMoment } from '../ui/dates.js';
import { pathTo, useRoute } from '../ui/useRoute.js';
import { useNow } from '../ui/useNow.js';
import { Icon } from '../ui/Icon.js';
import { namesFor, useBoardTools } from './boardContext.js';
import type { BoardState } from './boardState.js';
import { sentenceOf, textOf, type Piece } from './sentences.js';

/** Who did what since the board was opened, newest first. */
export function Feed({ state, onClose }: { state: BoardState; onClose: () => void }) {
  const { viewer } = useBoardTools();
  const now = useNow(30_000);
  const names = namesFor(state, viewer);
  return (
    <aside
      className="feed"
      aria-labelledby="feed-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header className="feed-head">
        <h2 id="feed-title">Activity</h2>
        <button type="button" className="icon-button" aria-label="Hide activity" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {state.feed.length === 0 ? (
        <p className="feed-empty">Quiet so far. What people do shows up here the moment it happens.</p>
      ) : (
        <ol className="feed-list" tabIndex={0} aria-labelledby="feed-title">
          {state.feed.map((event) => (
            <li key={event.seq} className="feed-item">
              <Avatar id={event.actor?.id ?? ''} name={event.actor?.name ?? 'Baton'} />
              <div>
                <p>
                  <Sentence pieces={sentenceOf(event, names)} />
                </p>
                <time dateTime={event.at} title={formatMoment(event.at)}>
                  {formatAgo(event.at, now)}
                </time>
              </div>
            </li>
          ))}
        </ol>
      )}
    </aside>
  );
}

function Sentence({ pieces }: { pieces: readonly Piece[] }) {
  const { projectKey } = useBoardTools();
  return pieces.map((piece, index) => {
    if (typeof piece === 'string') return piece;
    if ('person' in piece) return <strong key={index}>{piece.person}</strong>;
    return (
      <a key={index} href={pathTo(projectKey, piece.key)}>
        {piece.key}
      </a>
    );
  });
}

const PAUSE_MS = 1_200;

/**
 * Tells a screen reader what others did; in a burst only the last sentence, so that it never falls behind. What concerns
 * this person is told by the news.
 */
export function Announcer() {
  const { store, viewer } = useBoardTools();
  const { ticketKey } = useRoute();
  const [text, setText] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let latest = '';
    const tell = () => {
      timer = undefined;
      setText(latest);
    };
    const end = store.watch((event) => {
      const { state } = store.get();
      if (!state || event.actor?.id === viewer.user.id) return;
      const ticket = state.tickets.get(event.ticketId ?? '');
      if (concerns(event, ticket, { viewerId: viewer.user.id, openKey: ticketKey })) return;
      latest = textOf(sentenceOf(event, namesFor(state, viewer)));
      timer ??= setTimeout(tell, PAUSE_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [store, viewer, ticketKey]);
  return (
    <p className="visually-hidden" role="log" aria-live="polite" aria-label="What others do">
      {text}
    </p>
  );
}
