import { useId, useRef, useState, type RefObject } from 'react';
import { useKnownTags } from '../board/useKnownTags.js';
import { useBoardTools } from '../board/boardContext.js';
import { tagsOf } from '../model.js';
import { limits, type Ticket } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { withoutTag, withTags } from './tagList.js';

/** The ticket's tags; typing adds, Enter or a comma ends each. */
export function Tags({ ticket }: { ticket: Ticket }) {
  const { client, actions } = useBoardTools();
  const field = useRef<HTMLInputElement>(null);
  const { id: ticketId } = ticket;
  const tags = tagsOf(ticket);
  const add = (added: readonly string[]) =>
    void actions.run(ticket, { tags: withTags(tags, added) }, () => client.tickets.tag({ ticketId, tags: [...added] }));
  const remove = (tag: string) => {
    field.current?.focus();
    const shown = { tags: withoutTag(tags, tag) };
    void actions.run(ticket, shown, () => client.tickets.untag({ ticketId, tags: [tag] }));
  };
  return (
    <section className="panel-part tags" aria-labelledby="tags-title">
      <h3 id="tags-title">Tags</h3>
      <ul className="tag-list" aria-labelledby="tags-title">
        {tags.map((tag) => (
          <li key={tag} className="tag">
            <span className="tag-name" title={tag}>
              {tag}
            </span>
            <button type="button" aria-label={`Remove the tag ${tag}`} onClick={() => remove(tag)}>
              <Icon name="close" />
            </button>
          </li>
        ))}
        <li className="tag-new">
          <NewTag field={field} tags={tags} onAdd={add} />
        </li>
      </ul>
    </section>
  );
}

interface NewProps {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly tags: readonly string[];
  readonly onAdd: (tags: readonly string[]) => void;
}

function NewTag({ field, tags, onAdd }: NewProps) {
  const known = useKnownTags();
  const listId = useId();
  const [text, setText] = useState('');
  const add = () => {
    const added = text.split(',').map((part) => part.trim());
    setText('');
    if (added.some(Boolean)) onAdd(added.filter(Boolean));
  };
  return (
    <>
      <input
        ref={field}
        aria-label="Add a tag"
        placeholder="Add a tag"
        list={listId}
        maxLength={limits.tagLength}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={add}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') {
            event.preventDefault();
            setText('');
          }
          if (event.nativeEvent.isComposing || (event.key !== 'Enter' && event.key !== ',')) return;
          event.preventDefault();
          add();
        }}
      />
      <datalist id={listId}>
        {known
          .filter((tag) => !tags.includes(tag))
          .map((tag) => (
            <option key={tag} value={tag} />
          ))}
      </datalist>
    </>
  );
}
