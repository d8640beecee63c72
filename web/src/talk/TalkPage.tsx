import { useEffect, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import { explain } from '../board/explain.js';
import { limits } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { go, pathTo, talkPath } from '../ui/useRoute.js';
import { Conversation } from './Conversation.js';
import { ConversationHead } from './ConversationHead.js';
import { NewConversation } from './NewConversation.js';
import { nameOf, useConversations, type ListedConversation as Place } from './useConversations.js';

interface Props {
  readonly state: BoardState;
  readonly conversationId: string | null;
}

/** The channels of a project and those whom one talks to directly, and the conversation that was chosen. */
export function TalkPage({ state, conversationId }: Props) {
  const { viewer, projectKey } = useBoardTools();
  const { found, error, read } = useConversations();
  const [making, setMaking] = useState<'CHANNEL' | 'DIRECT' | null>(null);
  const chosen = [...(found?.channels ?? []), ...(found?.direct ?? [])].find(({ id }) => id === conversationId);
  const title = chosen ? nameOf(chosen, viewer.user.id) : 'Conversations';
  useEffect(() => {
    document.title = `${title} · ${projectKey} · Baton`;
  }, [title, projectKey]);
  const isLead = viewer.user.role === 'ADMIN' || state.project.myRole === 'LEAD';
  const open = (id: string) => go(pathTo(projectKey, talkPath, id));
  return (
    <main className="talk-page" data-chosen={conversationId !== null || undefined}>
      <PlaceList found={found} error={error} chosenId={conversationId} onNew={setMaking} />
      {chosen ? (
        <section className="talk-main" key={chosen.id} aria-labelledby="talk-name">
          <ConversationHead conversation={chosen} isLead={isLead} onChanged={() => void read()} />
          <Conversation
            conversationId={chosen.id}
            mayDelete={isLead && chosen.kind === 'CHANNEL'}
            isOpen={chosen.archivedAt === null}
          />
        </section>
      ) : (
        <p className="talk-none talk-main">
          {conversationId !== null && found
            ? 'This conversation is not here, or not for you.'
            : 'Choose a conversation.'}
        </p>
      )}
      {making ? (
        <NewConversation
          kind={making}
          members={state.members}
          onMade={(id) => {
            void read();
            open(id);
          }}
          onClose={() => setMaking(null)}
        />
      ) : null}
    </main>
  );
}

interface ListProps extends Pick<ReturnType<typeof useConversations>, 'found' | 'error'> {
  readonly chosenId: string | null;
  readonly onNew: (kind: 'CHANNEL' | 'DIRECT') => void;
}

function PlaceList({ found, error, chosenId, onNew }: ListProps) {
  const { viewer, projectKey } = useBoardTools();
  return (
    <nav className="talk-list" aria-label="Conversations">
      <header>
        <h1>Conversations</h1>
        <a className="button button-quiet" href={pathTo(projectKey)}>
          Board
        </a>
      </header>
      {error && !found ? <p role="alert">{explain(error, 'Conversations')}</p> : null}
      {!found && !error ? <p className="form-hint">Loading…</p> : null}
      {viewer.isStaff ? (
        <Group title="Channels" items={found?.channels} chosenId={chosenId} onNew={() => onNew('CHANNEL')} />
      ) : null}
      <Group
        title="Direct"
        items={found?.direct}
        chosenId={chosenId}
        onNew={viewer.isStaff ? () => onNew('DIRECT') : null}
      />
    </nav>
  );
}

interface GroupProps {
  readonly title: string;
  readonly items: readonly Place[] | undefined;
  readonly chosenId: string | null;
  readonly onNew: (() => void) | null;
}

function Group({ title, items = [], chosenId, onNew }: GroupProps) {
  const active = items.filter(({ archivedAt }) => archivedAt === null);
  const archived = items.filter(({ archivedAt }) => archivedAt !== null);
  return (
    <section aria-label={title}>
      <header className="talk-group">
        <h2>{title}</h2>
        {onNew ? (
          <button
            type="button"
            className="icon-button"
            aria-label={title === 'Direct' ? 'Talk to somebody' : 'New channel'}
            onClick={onNew}
          >
            <Icon name="plus" />
          </button>
        ) : null}
      </header>
      <Names items={active} chosenId={chosenId} label={title} />
      {active.length === 0 ? <p className="form-hint talk-empty">None yet.</p> : null}
      {archived.length > 0 ? (
        <details open={archived.some(({ id }) => id === chosenId)}>
          <summary>Archived</summary>
          <Names items={archived} chosenId={chosenId} label={`${title}, archived`} />
        </details>
      ) : null}
    </section>
  );
}

const Unread = ({ count }: { count: number }) => (
  <span className="talk-unread">
    <span aria-hidden="true">{count >= limits.unreadCountMax ? `${limits.unreadCountMax - 1}+` : count}</span>
    <span className="visually-hidden">, {count} unread</span>
  </span>
);

function Names({ items, chosenId, label }: { items: readonly Place[]; chosenId: string | null; label: string }) {
  const { viewer, projectKey } = useBoardTools();
  return (
    <ul aria-label={label}>
      {items.map((item) => (
        <li key={item.id}>
          <a href={pathTo(projectKey, talkPath, item.id)} aria-current={item.id === chosenId ? 'page' : undefined}>
            <Icon name={item.kind === 'DIRECT' ? 'person' : item.isPrivate ? 'lock' : 'talk'} />
            <span className="talk-name">{nameOf(item, viewer.user.id)}</span>
            {item.unreadCount > 0 && item.id !== chosenId ? <Unread count={item.unreadCount} /> : null}
            {item.isPrivate && item.kind === 'CHANNEL' ? <span className="visually-hidden">, private</span> : null}
          </a>
        </li>
      ))}
    </ul>
  );
}
