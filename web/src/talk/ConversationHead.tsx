import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { Conversation } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { Menu } from '../ui/Menu.js';
import { useAct } from '../ui/useAct.js';
import { pathTo, talkPath } from '../ui/useRoute.js';
import { ChannelPeople } from './ChannelPeople.js';
import { RenameChannel } from './RenameChannel.js';
import { nameOf } from './useConversations.js';

interface Props {
  readonly conversation: Conversation;
  readonly isLead: boolean;
  readonly onChanged: () => void;
}

/** What the conversation is, and what can be done with the whole of it. */
export function ConversationHead({ conversation, isLead, onChanged }: Props) {
  const { viewer, projectKey, open } = useBoardTools();
  const [asking, setAsking] = useState<'people' | 'name' | null>(null);
  const { id, kind, isPrivate, description } = conversation;
  const done = () => setAsking(null);
  return (
    <header className="talk-head">
      <a className="icon-button talk-back" href={pathTo(projectKey, talkPath)} aria-label="All conversations">
        <Icon name="list" />
      </a>
      <div className="talk-title">
        <h2 id="talk-name">
          {isPrivate && kind === 'CHANNEL' ? <Icon name="lock" /> : null}
          {nameOf(conversation, viewer.user.id)}
        </h2>
        {description ? <p className="form-hint">{description}</p> : null}
      </div>
      <button
        type="button"
        className="button"
        aria-label="Open a ticket from this conversation"
        onClick={() => open({ kind: 'create', conversationId: id })}
      >
        <Icon name="ticket" /> <span className="talk-tool-name">Open a ticket</span>
      </button>
      {kind === 'CHANNEL' ? (
        <ChannelMenu conversation={conversation} isLead={isLead} onChanged={onChanged} onAsk={setAsking} />
      ) : null}
      {asking === 'people' ? <ChannelPeople conversation={conversation} isLead={isLead} onClose={done} /> : null}
      {asking === 'name' ? <RenameChannel conversation={conversation} onChanged={onChanged} onClose={done} /> : null}
    </header>
  );
}

function ChannelMenu({ conversation, isLead, onChanged, onAsk }: Props & { onAsk: (what: 'people' | 'name') => void }) {
  const { client, toasts, viewer } = useBoardTools();
  const { act } = useAct(toasts, conversation.name ?? 'The channel');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { id: conversationId, archivedAt, createdBy } = conversation;
  const isArchived = archivedAt !== null;
  const mayManage = isLead || createdBy === viewer.user.id;
  const archive = () =>
    void act(() => client.conversations.archive({ conversationId, archived: !isArchived })).then(
      (reply) => reply && onChanged(),
    );
  const choices = [
    { name: 'People…', does: () => onAsk('people'), isThere: true },
    { name: 'Name and description…', does: () => onAsk('name'), isThere: mayManage && !isArchived },
    { name: isArchived ? 'Bring back' : 'Archive', does: archive, isThere: mayManage },
  ].filter(({ isThere }) => isThere);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-haspopup="menu"
        aria-label="More for this channel"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Icon name="more" />
      </button>
      {anchor ? (
        <Menu
          label="More for this channel"
          anchor={anchor}
          items={choices.map(({ name }) => ({ id: name, name, label: name }))}
          onChoose={(id) => choices.find(({ name }) => name === id)?.does()}
          onClose={() => setAnchor(null)}
        />
      ) : null}
    </>
  );
}
