import type { Transaction } from 'sequelize';

export type Cell = string | number | boolean | null;

interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}
interface Submittable {
  submit(connection: CopyConnection): void;
  handleCopyInResponse(connection: CopyConnection): void;
  handleCommandComplete(): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}
interface CopyClient {
  query(query: Submittable): unknown;
}

/** COPY … FROM STDIN on the transaction's connection: pg speaks its messages, but has no query for it. */
export function copyIn(
  transaction: Transaction,
  table: string,
  columns: readonly string[],
  lines: readonly string[],
): Promise<void> {
  const { connection: client } = transaction as unknown as { connection: CopyClient };
  return new Promise((resolve, reject) => {
    client.query({
      submit: (connection) => connection.query(`COPY ${table} (${columns.join(', ')}) FROM STDIN`),
      handleCopyInResponse: (connection) => {
        connection.sendCopyFromChunk(Buffer.from(lines.join('')));
        connection.endCopyFrom();
      },
      handleCommandComplete: () => undefined,
      handleReadyForQuery: () => resolve(),
      handleError: reject,
    });
  });
}

/** A row in PostgreSQL's text format. Joined, not added up: that would keep every piece alive until the row is sent. */
export const copyLine = (cells: readonly Cell[]): string => `${cells.map(encode).join('\t')}\n`;

const SPECIAL = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function encode(cell: Cell): string {
  if (typeof cell === 'string')
    return SPECIAL.test(cell) ? cell.replace(/[\\\t\n\r]/g, (sign) => escapes[sign] ?? sign) : cell;
  if (cell === null) return '\\N';
  return typeof cell === 'boolean' ? (cell ? 't' : 'f') : String(cell);
}
