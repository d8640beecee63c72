import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { presenceText } from '../detail/presenceText.js';
import type { Message } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { Composer } from './Composer.js';
import { linesOf, threadOf, type Line } from './messageList.js';
import { MessageLine, type Talk } from './MessageLine.js';
import { useMarkRead } from './useMarkRead.js';
import { useMessages } from './useMessages.js';
import { usePending, type PendingMessage } from './usePending.js';
import { useTypingIn } from './useTypingIn.js';

interface Props {
  readonly conversationId: string;
  readonly mayDelete: boolean;
  readonly isOpen: boolean;
}

/** What is said, as it is said, and beside it the thread that was chosen. */
export function Conversation({ conversationId, mayDelete, isOpen }: Props) {
  const { client, toasts, viewer } = useBoardTools();
  const said = useMessages(client, conversationId);
  useMarkRead(client, conversationId, said.messages.at(-1)?.id);
  const [threadId, setThreadId] = useState<string | null>(null);
  const pending = usePending(client, conversationId);
  const type = useTypingIn(client, conversationId);
  const talk: Talk = {
    client,
    toasts,
    viewerId: viewer.user.id,
    mayDelete,
    isOpen,
    onChanged: (message) => said.add([message]),
  };
  const send = useSend(conversationId, talk.onChanged);
  const others = said.people.filter(({ id }) => id !== viewer.user.id);
  if (said.error && said.messages.length === 0) {
    return (
      <p className="talk-none" role="alert">
        {explain(said.error, 'The conversation')}
      </p>
    );
  }
  const place = { conversationId, talk, type, pending };
  return (
    <div className="conversation" data-thread={threadId !== null || undefined}>
      <Stretch
        {...place}
        label="Messages"
        lines={linesOf(said.messages)}
        parentId={null}
        isLoading={said.isLoading}
        onOlder={said.older === null ? null : () => void said.loadOlder()}
        onThread={setThreadId}
        onSend={send(null)}
        note={presenceText(others)}
      />
      {threadId === null ? null : (
        <Thread
          {...place}
          rootId={threadId}
          messages={said.messages}
          loadThread={said.loadThread}
          onSend={send(threadId)}
          onClose={() => setThreadId(null)}
        />
      )}
    </div>
  );
}

function useSend(conversationId: string, onSent: (message: Message) => void) {
  const { client, toasts } = useBoardTools();
  return (parentId: string | null) => (content: string) => {
    const thread = parentId === null ? {} : { parentId };
    return client.messages.post({ conversationId, content, ...thread }).then(
      (message) => {
        onSent(message);
        return true;
      },
      (error: unknown) => {
        toasts.show('error', explain(error, 'The message'));
        return false;
      },
    );
  };
}

interface Place {
  readonly conversationId: string;
  readonly talk: Talk;
  readonly type: (text: string) => void;
  readonly pending: readonly PendingMessage[];
  readonly onSend: (content: string) => Promise<boolean>;
}

interface ThreadProps extends Place {
  readonly rootId: string;
  readonly messages: readonly Message[];
  readonly loadThread: (messageId: string, signal: AbortSignal) => Promise<void>;
  readonly onClose: () => void;
}

function Thread({ rootId, messages, loadThread, onClose, ...place }: ThreadProps) {
  const part = useRef<HTMLElement>(null);
  useEffect(() => {
    const reading = new AbortController();
    void loadThread(rootId, reading.signal);
    part.current?.querySelector('textarea')?.focus();
    return () => reading.abort();
  }, [loadThread, rootId]);
  return (
    <section
      ref={part}
      className="thread"
      aria-label="Thread"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className="thread-head">
        <h3>Thread</h3>
        <button type="button" className="icon-button" aria-label="Close the thread" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <Stretch
        {...place}
        label="Answers"
        lines={threadOf(messages, rootId)}
        parentId={rootId}
        isLoading={false}
        onOlder={null}
        onThread={null}
        note={null}
      />
    </section>
  );
}

interface StretchProps extends Place {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly parentId: string | null;
  readonly isLoading: boolean;
  readonly onOlder: (() => void) | null;
  readonly onThread: ((messageId: string) => void) | null;
  readonly note: string | null;
}

function Stretch(props: StretchProps) {
  const { conversationId, talk, type, label, lines, parentId, isLoading, onOlder, onThread, onSend, note } = props;
  const mine = props.pending.filter((message) => message.parentId === parentId);
  const scroller = useAtTheEnd();
  const place = `${talk.viewerId} message ${parentId ?? conversationId}`;
  return (
    <div className="stretch">
      <div ref={scroller} className="message-scroller" tabIndex={0} role="region" aria-label={`${label}, scrollable`}>
        {onOlder ? (
          <button type="button" className="button timeline-older" onClick={onOlder}>
            Show earlier
          </button>
        ) : null}
        {isLoading ? <p className="form-hint">Loading…</p> : null}
        {!isLoading && lines.length + mine.length === 0 ? (
          <p className="talk-none">Nothing has been said yet.</p>
        ) : null}
        <ol className="messages" aria-label={label} aria-live="polite" aria-relevant="additions">
          {lines.map((line) => (
            <MessageLine key={line.message.id} talk={talk} line={line} onThread={onThread} />
          ))}
          {mine.map(({ id, content }) => (
            <li key={id} className="message" data-pending>
              <span className="message-gap" />
              <article>
                <p className="prose">
                  {content} <span className="form-hint">being sent…</span>
                </p>
              </article>
            </li>
          ))}
        </ol>
      </div>
      <p className="talk-note" role="status">
        {note}
      </p>
      {talk.isOpen ? (
        <Composer
          key={place}
          label={parentId === null ? 'Write a message' : 'Answer'}
          place={place}
          onType={type}
          onSend={onSend}
        />
      ) : (
        <p className="talk-none">This conversation is archived.</p>
      )}
    </div>
  );
}

const NEAR_PX = 80;

/** Follows what comes, but not while somebody reads further up. */
function useAtTheEnd() {
  const scroller = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const note = () => {
      wasAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    };
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, []);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && wasAtEnd.current) element.scrollTop = element.scrollHeight;
  });
  return scroller;
}
