import { useCallback, useId, useState, type ReactNode } from 'react';
import { AdminTable, type ColumnName } from '../admin/AdminTable.js';
import { PageButtons } from '../admin/PageButtons.js';
import { useDeeds, type Act } from '../admin/useDeeds.js';
import { usePolled } from '../admin/usePolled.js';
import { explain } from '../board/explain.js';

const EVERY_MS = 3_000;
const SHOWN = 10;

interface Props<Item> {
  readonly title: string;
  /** Of the table, as it is heard. */
  readonly name: string;
  readonly columns: readonly ColumnName[];
  /** What stands there as long as there is nothing. */
  readonly none: string;
  /** A page of it; the same function until it means another list. */
  readonly read: (
    page: { readonly limit: number; readonly cursor?: string },
    signal: AbortSignal,
  ) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | null }>;
  /** A row. */
  readonly line: (item: Item, act: Act) => ReactNode;
}

/** What passed through a webhook, the newest first, page by page. */
export function DeliveryLog<Item>({ title, name, columns, none, read, line }: Props<Item>) {
  const titleId = useId();
  const [cursor, setCursor] = useState<string | null>(null);
  const readPage = useCallback(
    (signal: AbortSignal) => read({ limit: SHOWN, ...(cursor ? { cursor } : {}) }, signal),
    [read, cursor],
  );
  const { data, error, refresh } = usePolled(readPage, EVERY_MS);
  const { act, problem } = useDeeds(refresh);
  const said = problem || (error === null ? '' : explain(error, 'Deliveries'));
  return (
    <section className="hook-deliveries" aria-labelledby={titleId}>
      <h4 id={titleId}>{title}</h4>
      <p className="form-problem" role="alert">
        {said}
      </p>
      {data?.items.length === 0 ? <p className="form-hint">{none}</p> : null}
      {data && data.items.length > 0 ? (
        <AdminTable name={name} columns={columns}>
          {data.items.map((item) => line(item, act))}
        </AdminTable>
      ) : null}
      {cursor || data?.nextCursor ? (
        <PageButtons cursor={cursor} next={data?.nextCursor ?? null} onTurn={setCursor} />
      ) : null}
    </section>
  );
}
