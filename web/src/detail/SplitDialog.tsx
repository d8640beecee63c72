import { useEffect, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { limits, type Comment, type Ticket } from '../sdk.js';
import { FormDialog, useSubmit } from '../ui/FormDialog.js';
import { withoutMarks } from '../ui/mentions.js';
import { go, pathTo } from '../ui/useRoute.js';

interface Props {
  readonly ticket: Ticket;
  readonly onClose: () => void;
}

/** Makes a ticket of its own out of a part of this one, with copies of the comments that belong to it. */
export function SplitDialog({ ticket, onClose }: Props) {
  const { client, toasts, projectKey } = useBoardTools();
  const comments = useComments(ticket.id);
  const [title, setTitle] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { problem, isBusy, submit } = useSubmit(onClose);
  const split = async () => {
    const commentIds = [...chosen];
    const made = await client.tickets.split({ ticketId: ticket.id, title: title.trim(), commentIds });
    toasts.show('notice', `${made.key} was split off ${ticket.key}.`);
    go(pathTo(projectKey, made.key));
  };
  return (
    <FormDialog
      title={`Split ${ticket.key}`}
      size="wide"
      verb="Split off"
      isReady={!isBusy && title.trim() !== ''}
      problem={problem}
      onSubmit={() => submit(split, ticket.key)}
      onClose={onClose}
    >
      <label className="field">
        <span>Title of the new ticket</span>
        <input
          required
          maxLength={limits.titleLength}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
      </label>
      <CommentChoice comments={comments} chosen={chosen} onChange={setChosen} />
    </FormDialog>
  );
}

interface ChoiceProps {
  readonly comments: readonly Comment[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

function CommentChoice({ comments, chosen, onChange }: ChoiceProps) {
  const toggle = (id: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    onChange(next);
  };
  if (comments.length === 0) return null;
  return (
    <fieldset className="split-comments">
      <legend>Comments that are copied</legend>
      {comments.map(({ id, userName, content }) => (
        <label key={id} className="check">
          <input
            type="checkbox"
            checked={chosen.has(id)}
            disabled={!chosen.has(id) && chosen.size >= limits.splitCommentsMax}
            onChange={(event) => toggle(id, event.target.checked)}
          />
          <span>
            <strong>{userName}</strong> {withoutMarks(content)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The latest of them; those of tickets that were merged into this one are not its own to copy. */
function useComments(ticketId: string): readonly Comment[] {
  const { client } = useBoardTools();
  const [comments, setComments] = useState<readonly Comment[]>([]);
  useEffect(() => {
    const reading = new AbortController();
    client.comments
      .list({ ticketId, sort: { by: 'createdAt', dir: 'desc' }, limit: limits.pageSizeMax }, { signal: reading.signal })
      .then(({ items }) =>
        setComments(items.filter((one) => one.ticketId === ticketId && one.deletedAt === null).toReversed()),
      )
      // A ticket can be split without them.
      .catch(() => undefined);
    return () => reading.abort();
  }, [client, ticketId]);
  return comments;
}
