import type { CSSProperties, ReactNode } from 'react';

export interface Bar {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  readonly mark?: ReactNode;
  /** One of the colours of the page. */
  readonly color?: string;
}

/** Counts as a table whose rows have a bar each: what is drawn is also what is read. */
export function BarTable({ title, unit, bars }: { title: string; unit: string; bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <table className="bars">
      <caption>{title}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{unit}</th>
          <th scope="col">Tickets</th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ id, name, count, mark, color = 'var(--accent)' }) => (
          <tr key={id}>
            <th scope="row">
              {mark} {name}
            </th>
            <td>
              <span className="bar" style={{ '--share': count / most, '--bar': color } as CSSProperties} />
              {count}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
