import type { Transaction } from 'sequelize';
import type { Database } from '../../server/db/database.js';
import type { DialectName } from '../../server/db/dialect.js';
import { statement } from '../../server/db/statement.js';
import { copyIn, copyLine, type Cell } from './copyIn.js';

/**
 * Rows of one table, encoded as they come: many small values would keep the garbage collector busier than the database.
 * Moments as `YYYY-MM-DD HH:MM:SS.mmm +00:00`, JSON as text.
 */
export class RowSet {
  private readonly lines: string[] = [];

  constructor(
    private readonly dialect: DialectName,
    private readonly table: string,
    private readonly columns: readonly string[],
  ) {}

  add(cells: readonly Cell[]): void {
    this.lines.push(this.dialect === 'postgres' ? copyLine(cells) : JSON.stringify(cells));
  }

  /** Writes all rows by one statement: COPY on PostgreSQL, an INSERT from one JSON text on SQLite. */
  async write(db: Database, transaction: Transaction): Promise<void> {
    const { table, columns, lines } = this;
    if (lines.length === 0) return;
    if (this.dialect === 'postgres') return copyIn(transaction, table, columns, lines);
    const cells = columns.map((_, at) => `value ->> ${at}`).join(', ');
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${cells} FROM json_each($1)`;
    await db.on(transaction)(statement(`bulk.${table}`, sql), [`[${lines.join(',')}]`]);
  }
}
