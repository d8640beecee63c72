import { useBoardTools } from '../board/boardContext.js';
import type { Attachment } from '../sdk.js';
import { useAct } from '../ui/useAct.js';

/** Fetches the file. Its address is good for minutes only, so it is asked for when it is wanted. */
export function FileName({ file: { id: attachmentId, filename } }: { file: Attachment }) {
  const { client, toasts } = useBoardTools();
  const { act } = useAct(toasts, filename);
  const fetchIt = async () => {
    const found = await act(() => client.attachments.get({ attachmentId }));
    if (!found) return;
    const link = document.createElement('a');
    link.href = found.downloadUrl;
    link.download = filename;
    link.click();
  };
  return (
    <button type="button" className="file-name" title="Download" onClick={() => void fetchIt()}>
      {filename}
    </button>
  );
}
