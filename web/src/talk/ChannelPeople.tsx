import { useEffect, useState, useSyncExternalStore } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { limits, type Conversation, type ConversationMember } from '../sdk.js';
import { Avatar } from '../ui/Avatar.js';
import { Dialog } from '../ui/Dialog.js';
import { Icon } from '../ui/Icon.js';
import { useAct } from '../ui/useAct.js';

interface Props {
  readonly conversation: Conversation;
  readonly isLead: boolean;
  readonly onClose: () => void;
}

/** Who is in a channel; whoever is adds others, and may leave. */
export function ChannelPeople({ conversation, isLead, onClose }: Props) {
  const { store, viewer } = useBoardTools();
  const state = useSyncExternalStore(store.subscribe, store.get).state;
  const { people, add, remove } = usePeople(conversation);
  const { createdBy } = conversation;
  const others = (state?.members ?? []).filter(
    ({ userId, active, role, userRole }) =>
      active && role !== 'CUSTOMER' && userRole !== 'CUSTOMER' && !people?.some((one) => one.userId === userId),
  );
  const mayRemove = (userId: string) => isLead || createdBy === viewer.user.id || userId === viewer.user.id;
  return (
    <Dialog title={`People in ${conversation.name ?? 'the channel'}`} onClose={onClose}>
      {people === null ? <p className="form-hint">Loading…</p> : null}
      <ul className="channel-people" aria-label="People in the channel">
        {people?.map(({ userId, name }) => (
          <li key={userId}>
            <Avatar id={userId} name={name} />
            <span>{userId === viewer.user.id ? 'You' : name}</span>
            {mayRemove(userId) ? (
              <button
                type="button"
                className="icon-button"
                aria-label={userId === viewer.user.id ? 'Leave' : `Remove ${name}`}
                onClick={() => remove(userId)}
              >
                <Icon name="close" />
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {people && others.length > 0 && conversation.archivedAt === null ? (
        <label className="field">
          <span>Add</span>
          <select value="" onChange={(event) => add(event.target.value)}>
            <option value="">Choose somebody</option>
            {others.map(({ userId, name }) => (
              <option key={userId} value={userId}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : null}
    </Dialog>
  );
}

function usePeople(conversation: Conversation) {
  const { client, toasts } = useBoardTools();
  const { act } = useAct(toasts, conversation.name ?? 'The channel');
  const [people, setPeople] = useState<readonly ConversationMember[] | null>(null);
  const { id: conversationId } = conversation;
  useEffect(() => {
    const reading = new AbortController();
    client.conversations.members
      .list({ conversationId, limit: limits.pageSizeMax }, { signal: reading.signal })
      .then(({ items }) => setPeople(items))
      .catch(() => setPeople((now) => now ?? []));
    return () => reading.abort();
  }, [client, conversationId]);
  const add = (userId: string) =>
    void act(() => client.conversations.members.add({ conversationId, userId })).then(
      (member) => member && setPeople((now) => [...(now ?? []).filter((one) => one.userId !== userId), member]),
    );
  const remove = (userId: string) =>
    void act(() => client.conversations.members.remove({ conversationId, userId })).then(
      (member) => member && setPeople((now) => (now ?? []).filter((one) => one.userId !== userId)),
    );
  return { people, add, remove };
}
