import type { Load } from './planLoads.js';

/** What somebody has, what would come on top, and what they may have, in words and as a bar. */
export function LoadBar({ before, after, limit }: Load) {
  const share = (points: number) => `${limit === 0 ? (points > 0 ? 100 : 0) : Math.min(100, (points / limit) * 100)}%`;
  return (
    <span className="load" data-over={before > limit ? 'before' : after > limit ? 'after' : undefined}>
      <span className="load-bar" aria-hidden="true">
        <span className="load-after" style={{ width: share(after) }} />
        <span className="load-before" style={{ width: share(before) }} />
      </span>
      <span className="load-text">
        {before === after ? (
          before
        ) : (
          <>
            {before} <span aria-hidden="true">→</span>
            <span className="visually-hidden">to</span> {after}
          </>
        )}{' '}
        of {limit} pt{after > limit ? ', over' : ''}
      </span>
    </span>
  );
}
