import { useRef, useState } from 'react';
import { explain } from '../board/explain.js';
import type { BatonClient, Project } from '../sdk.js';
import { Avatar } from '../ui/Avatar.js';
import { formatAgo, formatMoment } from '../ui/dates.js';
import { Icon } from '../ui/Icon.js';
import type { Toasts } from '../ui/toasts.js';
import { useAct } from '../ui/useAct.js';
import { useNow } from '../ui/useNow.js';
import { withoutMarks } from '../ui/mentions.js';
import { noticePath, noticePlace, noticeText, type Notice } from './noticeText.js';
import { Preferences } from './Preferences.js';
import { useNotices } from './useNotices.js';

interface Props {
  readonly client: BatonClient;
  readonly toasts: Toasts;
  readonly projects: readonly Project[];
  /** Moves when there is something new. */
  readonly moved: number;
  readonly unread: number;
  readonly onClose: () => void;
}

/** What one was told, the newest first; opening it means to have read it. */
export function Notices({ client, toasts, projects, moved, unread, onClose }: Props) {
  const { items, next, error, more, again } = useNotices(client, moved);
  const { isBusy, act } = useAct(toasts, 'Notifications');
  const [isSetting, setIsSetting] = useState(false);
  const newest = items?.[0];
  const readAll = () => newest && void act(() => client.notifications.markRead({ until: newest.id })).then(again);
  return (
    <>
      <NoticesHead
        onReadAll={isBusy || unread === 0 || !newest ? null : readAll}
        isSetting={isSetting}
        onSet={() => setIsSetting(!isSetting)}
        onClose={onClose}
      />
      {isSetting ? <Preferences client={client} toasts={toasts} /> : null}
      {error && items === null ? (
        <div className="notices-none" role="alert">
          <p>{explain(error, 'Notifications')}</p>
          <button type="button" className="button" onClick={again}>
            Try again
          </button>
        </div>
      ) : null}
      {items === null && !error ? <p className="notices-none">Loading…</p> : null}
      {items?.length === 0 ? <p className="notices-none">Nothing yet. Whoever mentions you is told of here.</p> : null}
      {items && items.length > 0 ? (
        <ul className="notices-list" aria-label="Notifications">
          {items.map((notice) => (
            <NoticeLine
              key={notice.id}
              notice={notice}
              client={client}
              toasts={toasts}
              projects={projects}
              onClose={onClose}
              onRead={again}
            />
          ))}
        </ul>
      ) : null}
      {next ? (
        <button type="button" className="button notices-more" onClick={more}>
          Show earlier
        </button>
      ) : null}
    </>
  );
}

interface HeadProps extends Pick<Props, 'onClose'> {
  /** Null when there is nothing to read. */
  readonly onReadAll: (() => void) | null;
  readonly isSetting: boolean;
  readonly onSet: () => void;
}

const NoticesHead = ({ onReadAll, isSetting, onSet, onClose }: HeadProps) => (
  <header className="notices-head">
    <h2>Notifications</h2>
    <button type="button" className="button button-quiet" disabled={onReadAll === null} onClick={() => onReadAll?.()}>
      Mark all read
    </button>
    <button
      type="button"
      className="icon-button"
      aria-label="What I am told of"
      title="What I am told of"
      aria-pressed={isSetting}
      onClick={onSet}
    >
      <Icon name="gear" />
    </button>
    <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
      <Icon name="close" />
    </button>
  </header>
);

interface LineProps extends Pick<Props, 'client' | 'toasts' | 'projects' | 'onClose'> {
  readonly notice: Notice;
  readonly onRead: () => void;
}

function NoticeLine({ notice, client, toasts, projects, onClose, onRead }: LineProps) {
  const { id, actor, createdAt, readAt, ticket, excerpt } = notice;
  const now = useNow(30_000);
  const link = useRef<HTMLAnchorElement>(null);
  const place = noticePlace(notice);
  const { act } = useAct(toasts, place);
  const read = () => void act(() => client.notifications.markRead({ ids: [id] })).then((reply) => reply && onRead());
  return (
    <li className="notice" data-unread={readAt === null || undefined}>
      {actor ? (
        <Avatar id={actor.id} name={actor.name} size="medium" />
      ) : (
        <Icon name={notice.webhook ? 'offline' : 'calendar'} />
      )}
      <a
        ref={link}
        href={noticePath(notice, projects)}
        onClick={() => {
          if (readAt === null) read();
          onClose();
        }}
      >
        <span>
          {actor ? <strong>{actor.name} </strong> : null}
          {noticeText(notice)}
          {readAt === null ? <span className="visually-hidden">, unread</span> : null}
        </span>
        <span className="notice-ticket">
          <span className="card-key">{place}</span> {ticket?.title}
        </span>
        {excerpt === null ? null : <span className="notice-excerpt">{withoutMarks(excerpt)}</span>}
        <time dateTime={createdAt} title={formatMoment(createdAt)}>
          {formatAgo(createdAt, now)}
        </time>
      </a>
      {readAt === null ? (
        <button
          type="button"
          className="icon-button"
          aria-label={`Mark read: ${place}`}
          title="Mark read"
          onClick={() => {
            link.current?.focus();
            read();
          }}
        >
          <Icon name="check" />
        </button>
      ) : null}
    </li>
  );
}
