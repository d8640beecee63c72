import { QueryTypes, type Sequelize } from 'sequelize';

const postgres = 'SELECT ticket_id, project_id, tsv::text AS words FROM ticket_search ORDER BY ticket_id';
const sqlite = `SELECT s.ticket_id, s.project_id, w.col, w.offset, w.term
  FROM ticket_search s LEFT JOIN temp.words w ON w.doc = s.doc ORDER BY s.ticket_id, w.col, w.offset`;

/** Every word that the search index holds, with its ticket and place: what two equal indexes have in common. */
export const searchRows = (sequelize: Sequelize): Promise<object[]> =>
  sequelize.transaction(async (transaction) => {
    const rows = (sql: string) => sequelize.query<object>(sql, { type: QueryTypes.SELECT, transaction });
    if (sequelize.getDialect() === 'postgres') return rows(postgres);
    const run = (sql: string) => sequelize.query(sql, { transaction, raw: true });
    await run("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'ticket_search_fts', 'instance')");
    const found = await rows(sqlite);
    await run('DROP TABLE temp.words');
    return found;
  });
