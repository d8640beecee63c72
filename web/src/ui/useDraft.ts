import { useState } from 'react';

export interface Draft {
  readonly content: string;
  /** A remark for the team stays one: it must not come back as something for everybody. */
  readonly isInternal: boolean;
  /** Of something that is edited: the version that editing began with. */
  readonly version?: number;
}

const blank: Draft = { content: '', isInternal: false };
const kept = new Map<string, Draft>();

export const hasDraft = (of: string): boolean => kept.has(of);

/**
 * What somebody has begun to write and not sent: whoever closes a ticket or goes to another conversation finds it there again, as long
 * as the page is open. `of` names the person and the place; `begun` is what stands there before anything is written.
 */
export function useDraft(of: string, begun: Draft = blank) {
  const [draft, setDraft] = useState(() => kept.get(of) ?? begun);
  const write = (next: Draft) => {
    if (next.content === '') kept.delete(of);
    else kept.set(of, next);
    setDraft(next);
  };
  /** It is on its way, or given up: whoever comes back is not to send it again. */
  const forget = () => void kept.delete(of);
  /** It was refused: it is there again, unless something else has been written meanwhile. */
  const takeBack = (refused: Draft) => {
    if (!kept.has(of)) write(refused);
  };
  return { draft, write, forget, takeBack };
}
