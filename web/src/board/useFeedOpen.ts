import { useCallback, useEffect, useState } from 'react';

const KEY = 'baton.activity';
const WIDE = '(min-width: 1200px)';

export interface FeedOpen {
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

const isWelcome = (): boolean => matchMedia(WIDE).matches && localStorage.getItem(KEY) !== 'closed';

/** Open at first where there is room for it, and as it was left; closed when the room goes: it would lie over the board. */
export function useFeedOpen(): FeedOpen {
  const [isOpen, setIsOpen] = useState(isWelcome);
  useEffect(() => {
    const wide = matchMedia(WIDE);
    const onChange = () => setIsOpen(isWelcome());
    wide.addEventListener('change', onChange);
    return () => wide.removeEventListener('change', onChange);
  }, []);
  const toggle = useCallback(() => {
    setIsOpen((now) => {
      if (matchMedia(WIDE).matches) localStorage.setItem(KEY, now ? 'closed' : 'open');
      return !now;
    });
  }, []);
  return { isOpen, toggle };
}
