import { useCallback, useState } from 'react';

const KEY = 'baton.activity';
const WIDE = '(min-width: 1200px)';

export interface FeedOpen {
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

/** Open at first where there is room for it; afterwards as it was left. */
export function useFeedOpen(): FeedOpen {
  const [isOpen, setIsOpen] = useState(() => {
    const isWide = matchMedia(WIDE).matches;
    return isWide && localStorage.getItem(KEY) !== 'closed';
  });
  const toggle = useCallback(() => {
    setIsOpen((now) => {
      if (matchMedia(WIDE).matches) localStorage.setItem(KEY, now ? 'closed' : 'open');
      return !now;
    });
  }, []);
  return { isOpen, toggle };
}
