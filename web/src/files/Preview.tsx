import { useEffect, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { Attachment } from '../sdk.js';
import { Icon } from '../ui/Icon.js';

/** What is worth fetching for a small picture. */
const MAX_BYTES = 5_000_000;

/** A small picture of a picture; its sign while it is not there. Its name stands beside it. */
export function Preview({ file: { id: attachmentId, size } }: { file: Attachment }) {
  const { client } = useBoardTools();
  const [address, setAddress] = useState<string | null>(null);
  const isWanted = size <= MAX_BYTES;
  useEffect(() => {
    if (!isWanted) return;
    const reading = new AbortController();
    client.attachments.get({ attachmentId }, { signal: reading.signal }).then(
      ({ downloadUrl }) => setAddress(downloadUrl),
      // The sign stays.
      () => undefined,
    );
    return () => reading.abort();
  }, [client, attachmentId, isWanted]);
  if (address === null) return <Icon name="file" />;
  return <img className="file-preview" src={address} alt="" onError={() => setAddress(null)} />;
}
