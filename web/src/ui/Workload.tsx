/** How much of their time a person's tickets take, in words and as a bar; `load` and `capacity` in story points. */
export function Workload({ load, capacity }: { load: number; capacity: number }) {
  const share = capacity === 0 ? Number(load > 0) : load / capacity;
  const state = share > 1 ? 'over' : share === 1 ? 'full' : null;
  return (
    <span className="workload" data-state={state ?? undefined}>
      <span className="workload-text">
        {load} of {capacity} pt{state ? `, ${state}` : ''}
      </span>
      <span className="workload-bar" aria-hidden="true">
        <span style={{ width: `${Math.min(1, share) * 100}%` }} />
      </span>
    </span>
  );
}
