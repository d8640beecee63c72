import { formatDay } from '../ui/dates.js';

interface DayCount {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly created: number;
  readonly resolved: number;
}

const HEIGHT = 100;
const STEP = 10;

/** What came and what was done, day by day: a picture, its sum in words, and the numbers as a table. */
export function ThroughputChart({ days }: { days: readonly DayCount[] }) {
  const most = Math.max(0, ...days.flatMap(({ created, resolved }) => [created, resolved]));
  const text = throughputText(days, most);
  return (
    <figure className="throughput">
      <figcaption>
        Throughput <span className="form-hint">{text}</span>
        <span className="throughput-key" aria-hidden="true">
          <span data-of="created" /> created <span data-of="resolved" /> done
        </span>
      </figcaption>
      {most === 0 ? null : (
        <>
          <Bars days={days} most={most} text={text} />
          <DayTable days={days} />
        </>
      )}
    </figure>
  );
}

export function throughputText(days: readonly DayCount[], most: number): string {
  const sum = (of: 'created' | 'resolved') => days.reduce((total, day) => total + day[of], 0);
  if (most === 0) return `Nothing came and nothing was done in ${days.length} days.`;
  return `${sum('created')} created and ${sum('resolved')} done in ${days.length} days, at most ${most} a day.`;
}

/** Stretched to the width there is, so its words stand outside. */
function Bars({ days, most, text }: { days: readonly DayCount[]; most: number; text: string }) {
  const height = (count: number) => (count / most) * HEIGHT;
  const named = [days[0], days[Math.floor(days.length / 2)], days.at(-1)];
  return (
    <>
      <svg viewBox={`0 0 ${STEP * days.length} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={text}>
        {days.map(({ day, created, resolved }, index) => (
          <g key={day} transform={`translate(${index * STEP} ${HEIGHT})`}>
            <rect data-of="created" x="1.8" width="3" y={-height(created)} height={height(created)} />
            <rect data-of="resolved" x="5.2" width="3" y={-height(resolved)} height={height(resolved)} />
          </g>
        ))}
      </svg>
      <p className="throughput-days" aria-hidden="true">
        {named.map((day) => (day ? <span key={day.day}>{formatDay(day.day)}</span> : null))}
      </p>
    </>
  );
}

const DayTable = ({ days }: { days: readonly DayCount[] }) => (
  <details>
    <summary>As a table</summary>
    <table>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Created</th>
          <th scope="col">Done</th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ day, created, resolved }) => (
          <tr key={day}>
            <th scope="row">{formatDay(day)}</th>
            <td>{created}</td>
            <td>{resolved}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </details>
);
