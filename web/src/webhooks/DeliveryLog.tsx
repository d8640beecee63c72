import { useCallback, useId, useState, type ReactNode } from 'react';
import { AdminTable, type ColumnName } from '../admin/AdminTable.js';
import { PageButtons } from '../admin/PageButtons.js';
import { useDeeds } from '../admin/useDeeds.js';
import { usePolled } from '../admin/usePolled.js';
import { explain } from '../board/explain.js';

const EVERY_MS = 3_000;
const SHOWN = 10;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
/** Reads a page; the same function until it means another list. */
type ReadPage<Item> = (
  page: { readonly limit: number; readonly cursor?: string },
  signal: AbortSignal,
) => Promise<Page<Item>>;

/** What passed through a webhook, the newest first, page by page. */
export function useDeliveries<Item>(read: ReadPage<Item>) {
  const [cursor, turn] = useState<string | null>(null);
  const readPage = useCallback(
    (signal: AbortSignal) => read({ limit: SHOWN, ...(cursor ? { cursor } : {}) }, signal),
    [read, cursor],
  );
  const { data, error, refresh } = usePolled(readPage, EVERY_MS);
  const { act, problem } = useDeeds(refresh);
  const said = problem || (error === null ? '' : explain(error, 'Deliveries'));
  return { page: data, items: data?.items ?? [], said, act, cursor, turn };
}

interface Props {
  readonly title: string;
  /** Of the table, as it is heard. */
  readonly name: string;
  readonly columns: readonly ColumnName[];
  /** What stands there as long as there is nothing. */
  readonly none: string;
  readonly log: Omit<ReturnType<typeof useDeliveries<unknown>>, 'act'>;
  /** A row for each. */
  readonly children: ReactNode;
}

/** The same as a table. */
export function DeliveryLog({ title, name, columns, none, log: { page, said, cursor, turn }, children }: Props) {
  const titleId = useId();
  return (
    <section className="hook-deliveries" aria-labelledby={titleId}>
      <h4 id={titleId}>{title}</h4>
      <p className="form-problem" role="alert">
        {said}
      </p>
      {page?.items.length === 0 ? <p className="form-hint">{none}</p> : null}
      {page && page.items.length > 0 ? (
        <AdminTable name={name} columns={columns}>
          {children}
        </AdminTable>
      ) : null}
      {cursor || page?.nextCursor ? (
        <PageButtons cursor={cursor} next={page?.nextCursor ?? null} onTurn={turn} />
      ) : null}
    </section>
  );
}
