import type { ReactNode } from 'react';

/** What stands above a column, or is only heard there, as above buttons that speak for themselves. */
export type ColumnName = string | { readonly heard: string };

interface Props {
  readonly name: string;
  readonly columns: readonly ColumnName[];
  /** Its rows. */
  readonly children: ReactNode;
}

/** A table that may be wider and longer than the page: it scrolls in itself, by keys too. */
export function AdminTable({ name, columns, children }: Props) {
  return (
    <div className="admin-table" tabIndex={0} role="region" aria-label={`${name}, scrollable`}>
      <table aria-label={name}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={typeof column === 'string' ? column : column.heard} scope="col">
                {typeof column === 'string' ? column : <span className="visually-hidden">{column.heard}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
