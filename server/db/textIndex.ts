import type { Dialect } from './dialect.js';
import { toMatch, toVectorQuery, type Term } from './searchIndex.js';
import { searchLine, searchVector } from './searchText.js';
import { statement, type Statements, type Value } from './statement.js';

interface Indexed {
  readonly id: string;
  /** What a search is narrowed to: the project, or whatever else stands for those who may see it. */
  readonly placeId: string;
  readonly text: string;
}

/** The words of one kind of text, by the table of which it is: `comment` keeps those of `comments` in `comment_search`. */
export interface TextIndex {
  /** Makes the text findable, or findable by what it says now. */
  put(statements: Pick<Statements, 'send'>, dialect: Dialect, text: Indexed): void;
  drop(statements: Pick<Statements, 'send'>, dialect: Dialect, id: string): void;
  /** The condition that `column` names one that holds all terms, in these places. */
  holds(
    dialect: Dialect,
    column: string,
    terms: readonly Term[],
    placeIds: string,
    bind: (value: Value) => string,
  ): string;
}

/** `place`: the column that says where it is. */
function textIndex(name: 'comment' | 'message', place: 'project_id' | 'place_id'): TextIndex {
  const table = `${name}_search`;
  const id = `${name}_id`;
  const putVector = statement(
    `${table}.put`,
    `INSERT INTO ${table} (${id}, ${place}, tsv) VALUES ($1, $2, $3::tsvector)
     ON CONFLICT (${id}) DO UPDATE SET ${place} = excluded.${place}, tsv = excluded.tsv`,
  );
  const putDocument = statement(
    `${table}.document`,
    `INSERT INTO ${table} (${id}, ${place}) VALUES ($1, $2)
     ON CONFLICT (${id}) DO UPDATE SET ${place} = excluded.${place}`,
  );
  const dropWords = statement(
    `${table}.dropWords`,
    `DELETE FROM ${table}_fts WHERE rowid = (SELECT doc FROM ${table} WHERE ${id} = $1)`,
  );
  const putWords = statement(
    `${table}.words`,
    `INSERT INTO ${table}_fts (rowid, body) SELECT doc, $2 FROM ${table} WHERE ${id} = $1`,
  );
  const dropDocument = statement(`${table}.drop`, `DELETE FROM ${table} WHERE ${id} = $1`);
  return {
    put: ({ send }, dialect, { id: of, placeId, text }) => {
      if (dialect.name === 'postgres') {
        send(putVector, [of, placeId, searchVector('', text)]);
        return;
      }
      send(putDocument, [of, placeId]);
      send(dropWords, [of]);
      send(putWords, [of, searchLine(text)]);
    },
    drop: ({ send }, dialect, of) => {
      if (dialect.name === 'sqlite') send(dropWords, [of]);
      send(dropDocument, [of]);
    },
    holds: (dialect, column, terms, placeIds, bind) => {
      const [words, found] =
        dialect.name === 'postgres'
          ? [`${table} s`, `s.tsv @@ ${bind(toVectorQuery(terms))}::tsquery`]
          : [
              `${table}_fts f JOIN ${table} s ON s.doc = f.rowid`,
              `f.${table}_fts MATCH ${bind(toMatch(terms, 'body'))}`,
            ];
      return `${column} IN (SELECT s.${id} FROM ${words} WHERE ${dialect.anyOf(`s.${place}`, placeIds)} AND ${found})`;
    },
  };
}

export const commentIndex = textIndex('comment', 'project_id');
/** Said in a project, or, by people who talk directly, in their conversation. */
export const messageIndex = textIndex('message', 'place_id');
