/** How much a person's tickets are of what they may have at a time, in words and as a bar; both in story points. */
export function Workload({ load, limit }: { load: number; limit: number }) {
  const share = limit === 0 ? Number(load > 0) : load / limit;
  const state = share > 1 ? 'over' : share === 1 ? 'full' : null;
  return (
    <span className="workload" data-state={state ?? undefined}>
      <span className="workload-text">
        {load} of {limit} pt{state ? `, ${state}` : ''}
      </span>
      <span className="workload-bar" aria-hidden="true">
        <span style={{ width: `${Math.min(1, share) * 100}%` }} />
      </span>
    </span>
  );
}
