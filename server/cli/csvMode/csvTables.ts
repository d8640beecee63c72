import type { CsvReport } from '../../../contract/csvSync.js';
import { limits } from '../../../contract/limits.js';
import type { Developer } from '../../../contract/developer.js';
import { columnName } from '../../csv/csvTable.js';
import { editedRows, rowsByKey } from '../../csv/editedRows.js';
import type { Watcher } from '../../csv/syncPages.js';
import type { TableFile } from '../../csv/tableFile.js';
import { tableText } from '../../csv/tableText.js';
import type { CsvMode } from '../../db/models/Installation.js';
import type { Deps } from '../../features/deps.js';
import { syncDeveloperFile } from '../../features/developers/commands/syncDevelopers.js';
import { developerCells } from '../../features/developers/developerExport.queries.js';
import { listDevelopers } from '../../features/developers/developers.queries.js';
import { developerColumns, developerTable } from '../../features/developers/developerTable.js';
import { syncTicketFile } from '../../features/tickets/commands/syncTickets.js';
import { ticketColumns, ticketTable } from '../../features/tickets/ticketTable.js';
import { ticketTableText } from '../../features/tickets/ticketTableText.js';
import { tableTickets } from '../../features/tickets/tableTickets.queries.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import type { TableName } from './csvFolder.js';

/** What tells these tickets apart, with the column `id`. */
const SOURCE = 'csv';

/** One of the two tables between its file and the database. */
interface CsvTable {
  /** @param origins tables that the file was made from: only what differs from them is taken over. */
  read(deps: Deps, actor: Actor, mode: CsvMode, file: string, origins: readonly string[]): Promise<CsvReport>;
  write(deps: Deps, actor: Actor, mode: CsvMode): AsyncIterable<string>;
}

const fileOf = (file: string): TableFile => ({ file, name: 'The file', encoding: 'utf-8', delimiter: ',' });

/** A column that the database has no place for would be gone when the file is written. */
const demandKnown = (columns: readonly string[]): Watcher => ({
  header(cells) {
    const lost = cells.find((cell) => !columns.includes(columnName(cell)));
    if (lost !== undefined)
      throw new AppError('BAD_INPUT', `The column "${lost}" would be lost: the columns are ${columns.join(', ')}.`);
  },
});

export const csvTables: Readonly<Record<TableName, CsvTable>> = {
  developers: {
    async read(deps, actor, _, file, origins) {
      const known = await Promise.all(origins.map((origin) => rowsByKey(fileOf(origin), developerTable.shape, 'name')));
      const kind: typeof developerTable = {
        ...developerTable,
        lines: (rows) => developerTable.lines(editedRows(rows, 'name', known)),
      };
      return syncDeveloperFile(deps, actor, { dryRun: false }, fileOf(file), demandKnown(developerColumns), kind);
    },
    async *write(deps, actor, { adminId }) {
      yield tableText([[...developerColumns]]);
      for await (const page of everyDeveloper(deps, actor))
        yield tableText(page.filter(({ userId }) => userId !== adminId).map(developerCells));
    },
  },
  tickets: {
    async read(deps, actor, { projectId }, file, origins) {
      const known = await Promise.all(origins.map((origin) => rowsByKey(fileOf(origin), ticketTable.shape, 'id')));
      const kind: typeof ticketTable = {
        ...ticketTable,
        lines: (rows) => ticketTable.lines(editedRows(rows, 'id', known)),
      };
      const sync = { projectId, source: SOURCE, dryRun: false };
      return syncTicketFile(deps, actor, sync, fileOf(file), demandKnown(ticketColumns), kind);
    },
    async *write({ db }, _, { projectId }) {
      yield ticketTableText([], SOURCE, true);
      for await (const page of tableTickets(db, projectId)) yield ticketTableText(page, SOURCE, false);
    },
  },
};

async function* everyDeveloper(deps: Deps, actor: Actor): AsyncGenerator<Developer[]> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const at = cursor === undefined ? {} : { cursor };
    const page = await listDevelopers(deps, actor, { limit: limits.pageSizeMax, active: true, ...at });
    yield page.items;
    cursor = page.nextCursor;
  }
}
