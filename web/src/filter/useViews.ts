import { useCallback, useEffect, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { limits, type SavedView } from '../sdk.js';

/** One's own views of the project and those that are shared in it. No event tells of them: they are read when one comes back. */
export function useViews() {
  const { client, store } = useBoardTools();
  const [views, setViews] = useState<readonly SavedView[]>([]);
  const { projectId } = store;
  const read = useCallback(
    () =>
      client.views.list({ projectId, limit: limits.pageSizeMax }).then(
        ({ items }) => setViews(items),
        // Those that were read stay.
        () => undefined,
      ),
    [client, projectId],
  );
  useEffect(() => {
    const onShown = () => {
      if (document.visibilityState === 'visible') void read();
    };
    void read();
    document.addEventListener('visibilitychange', onShown);
    addEventListener('focus', onShown);
    return () => {
      document.removeEventListener('visibilitychange', onShown);
      removeEventListener('focus', onShown);
    };
  }, [read]);
  return { views, read };
}
