import { useCallback, useEffect, useState } from 'react';
import type { Comment, ProjectEvent } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { withComment } from './commentList.js';

const PAGE = 50;

interface Discussion {
  readonly comments: readonly Comment[];
  readonly isLoading: boolean;
  /** Where older comments go on; null when all are here. */
  readonly older: string | null;
}
const unread: Discussion = { comments: [], isLoading: true, older: null };

/** The discussion of a ticket, newest page first, kept up by events. Watching begins before reading, so none is lost. */
export function useComments(ticketId: string) {
  const { client, store, toasts } = useBoardTools();
  const [discussion, setDiscussion] = useState(unread);
  const fold = useCallback(
    (comments: readonly Comment[], rest: Partial<Discussion> = {}) =>
      setDiscussion((now) => ({ ...now, ...rest, comments: comments.reduce(withComment, now.comments) })),
    [],
  );
  const read = useCallback(
    (cursor: string | null, signal?: AbortSignal) => {
      const from = cursor === null ? {} : { cursor };
      client.comments.list({ ticketId, dir: 'desc', limit: PAGE, ...from }, signal ? { signal } : {}).then(
        ({ items, nextCursor }) => fold(items, { isLoading: false, older: nextCursor }),
        (error: unknown) => {
          if (!signal?.aborted) toasts.show('error', explain(error, 'Comments'));
        },
      );
    },
    [client, ticketId, fold, toasts],
  );

  useEffect(() => {
    const reading = new AbortController();
    const endWatch = store.watch((event) => {
      const comment = commentOf(event);
      if (comment?.ticketId === ticketId) fold([comment]);
    });
    read(null, reading.signal);
    return () => {
      endWatch();
      reading.abort();
    };
  }, [store, ticketId, fold, read]);

  return { ...discussion, loadOlder: () => read(discussion.older), fold };
}

function commentOf(event: ProjectEvent): Comment | null {
  switch (event.type) {
    case 'comment.created':
    case 'comment.updated':
    case 'comment.deleted':
      return event.payload.comment;
    default:
      return null;
  }
}
