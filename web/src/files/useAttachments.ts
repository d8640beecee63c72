import { useEffect, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { limits, type Attachment, type Page } from '../sdk.js';

const PAGES_MAX = 5;

/** The ticket's files, oldest first, kept up by events; null while they load. */
export function useAttachments(ticketId: string): readonly Attachment[] | null {
  const { client, store } = useBoardTools();
  const [files, setFiles] = useState<readonly Attachment[] | null>(null);
  useEffect(() => {
    const reading = new AbortController();
    const read = async () => {
      const all: Attachment[] = [];
      let cursor: string | null = null;
      for (let pages = 0; pages < PAGES_MAX; pages++) {
        const from: { cursor?: string } = cursor === null ? {} : { cursor };
        const input = { ticketId, limit: limits.pageSizeMax, ...from };
        const page: Page<Attachment> = await client.attachments.list(input, { signal: reading.signal });
        all.push(...page.items);
        cursor = page.nextCursor;
        if (cursor === null) break;
      }
      setFiles(all);
    };
    const readAgain = () => void read().catch(() => setFiles((now) => now ?? []));
    const endWatch = store.watch((event) => {
      if (event.ticketId !== ticketId) return;
      if (event.type === 'attachment.added') setFiles((now) => withFile(now ?? [], event.payload.attachment));
      else if (event.type === 'attachment.removed')
        setFiles((now) => now && now.filter(({ id }) => id !== event.payload.attachment.id));
      // What hangs on a comment is seen by those who see the comment.
      else if (event.type === 'comment.updated' || event.type === 'comment.deleted') readAgain();
    });
    const endConnection = client.connection.subscribe(({ state }) => {
      if (state === 'online') readAgain();
    });
    readAgain();
    return () => {
      endWatch();
      endConnection();
      reading.abort();
    };
  }, [client, store, ticketId]);
  return files;
}

const withFile = (files: readonly Attachment[], file: Attachment): readonly Attachment[] => [
  ...files.filter(({ id }) => id !== file.id),
  file,
];
