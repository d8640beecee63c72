import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitClock } from '../support/commitClock.js';
import { digestOfFacts } from '../support/facts.js';
import { adHoc } from '../../server/db/statement.js';
import { describeWith, type Dialect } from '../support/services.js';
import { everyProcedure } from './everyProcedure.js';
import { callOf, matrix, pathOf } from './matrix.js';
import type { Row } from './outcomes.js';
import { aScene, roles, sides, type Caller, type Role, type Scene, type Side } from './scene.js';
import { batch, closeWire, http, rest, ws, type Answer, type Call, type Transport } from './transports.js';

const letters: Partial<Record<Answer['code'], { letter: string; status: number }>> = {
  OK: { letter: '+', status: 200 },
  FORBIDDEN: { letter: 'x', status: 403 },
  NOT_FOUND: { letter: '?', status: 404 },
  UNAUTHENTICATED: { letter: '!', status: 401 },
};

function letterOf({ code, status, text }: Answer): string {
  const known = letters[code];
  return known && (status === null || status === known.status) ? known.letter : `${status} ${text.slice(0, 300)}`;
}

interface Cell {
  readonly name: string;
  readonly row: Row;
  readonly side: Side;
  readonly role: Role;
  readonly wanted: string;
}

const cellsOf = ([name, row]: readonly [string, Row]): Cell[] =>
  sides.flatMap((side) =>
    Array.from((row.outcomes[side] ?? '').replaceAll(' ', '')).map((wanted, column) => ({
      name,
      row,
      side,
      role: roles[column]!,
      wanted,
    })),
  );
const rows = Object.entries(matrix);
const isDone = ({ wanted }: Cell) => wanted === '+';

describe('the table of who may do what', () => {
  it('has every procedure of the router, and no other', () => {
    expect(new Set(Object.keys(matrix).map(pathOf))).toEqual(new Set(everyProcedure.keys()));
  });

  it('says it for everybody in every line', () => {
    for (const entry of rows) expect(cellsOf(entry).length % roles.length, entry[0]).toBe(0);
  });
});

interface Extent {
  readonly transports: Readonly<Record<string, Transport>>;
  /** Whether each cell of what is only read, and done, goes by one of them in turn, not by all. */
  readonly inTurn: boolean;
  /** Whether the rows of the database are compared after each line that anything was committed in; otherwise once, after all of them. */
  readonly digestsEachLine: boolean;
}

function suite(dialect: Dialect, { transports, inTurn, digestsEachLine }: Extent): void {
  let scene: Scene;
  beforeAll(async () => {
    scene = await aScene(dialect);
    // The use of an API key is noted once a minute, which would be a write in the midst of what is refused.
    await scene.app.db.all(adHoc('UPDATE api_keys SET last_used_at = $1'), [new Date('2100-01-01')]);
  });
  afterAll(async () => {
    for (const caller of Object.values(scene.callers)) closeWire(caller);
    await scene.app.close();
  });

  const among = (type: Call['type']) =>
    Object.entries(transports).filter(
      ([, transport]) => type !== 'subscription' || (transport !== batch && transport !== rest),
    );

  const callIn = ({ name, row, side }: Cell, caller: Caller, places: Scene['places']): Promise<Call> =>
    callOf(name, row, { app: scene.app, at: places[side], side, caller });

  /** What was answered otherwise than the table says. */
  function surprises(cells: readonly Cell[], by: string, answers: readonly Answer[]): string[] {
    return cells.flatMap(({ name, side, role, wanted }, at) => {
      const letter = letterOf(answers[at]!);
      return letter === wanted ? [] : [`${name}, ${side}, ${role}, ${by}: wanted ${wanted} and got ${letter}`];
    });
  }

  interface Asked {
    readonly caller: Caller;
    readonly cells: readonly Cell[];
    readonly calls: readonly Call[];
  }

  /** The refused cells of a line, by who asks. */
  const prepared = (entry: readonly [string, Row]): Promise<Asked[]> =>
    Promise.all(
      roles.map(async (role) => {
        const caller = scene.callers[role];
        const cells = cellsOf(entry).filter((cell) => cell.role === role && !isDone(cell));
        return { caller, cells, calls: await Promise.all(cells.map((cell) => callIn(cell, caller, scene.places))) };
      }),
    );

  async function ask({ caller, cells, calls }: Asked): Promise<string[]> {
    const [first] = calls;
    if (!first) return [];
    const found: string[] = [];
    for (const [by, transport] of among(first.type))
      found.push(...surprises(cells, by, await transport(scene.app, caller, calls)));
    return found;
  }

  it('holds for what is refused, and nothing is written by it', { timeout: 240_000 }, async () => {
    const lines = await Promise.all(rows.map(prepared));
    const state = () => digestOfFacts(scene.app.db);
    let before = await state();
    const commits = digestsEachLine ? await commitClock(`sqlite:${scene.app.db.file}`) : null;
    let last = await commits?.read();
    const found: string[] = [];
    const findWrites = async (after: string) => {
      const read = await commits?.read();
      if (read !== undefined && read === last) return;
      last = read;
      const now = await state();
      if (!isDeepStrictEqual(now, before)) found.push(`${after} was refused and wrote`);
      before = now;
    };
    for (const [at, line] of lines.entries()) {
      for (const surprising of await Promise.all(line.map(ask))) found.push(...surprising);
      if (digestsEachLine) await findWrites(rows[at]![0]);
    }
    last = undefined;
    await findWrites('something');
    await commits?.close();

    expect(found).toEqual([]);
  });

  interface Doing {
    readonly cell: Cell;
    readonly by: string;
    readonly transport: Transport;
  }

  /**
   * The done cells of a line. What changes something goes by one transport in turn, since it needs all made anew, and each line by each of them;
   * by all with MATRIX=whole.
   */
  function doings(entry: readonly [string, Row], line: number): Doing[] {
    const cells = cellsOf(entry).filter(isDone);
    const { type } = everyProcedure.get(pathOf(entry[0]))!;
    const ways = among(type).map(([by, transport]) => ({ by, transport }));
    if ((type !== 'mutation' && !inTurn) || process.env['MATRIX'] === 'whole')
      return cells.flatMap((cell) => ways.map((way) => ({ cell, ...way })));
    const count = cells.length === 0 ? 0 : Math.max(cells.length, ways.length);
    return Array.from({ length: count }, (_, at) => ({
      cell: cells[at % cells.length]!,
      ...ways[(line + at) % ways.length]!,
    }));
  }

  it('holds for what is done', { timeout: 240_000 }, async () => {
    const found: string[] = [];
    for (const { cell, by, transport } of rows.flatMap(doings)) {
      const { type } = everyProcedure.get(pathOf(cell.name))!;
      const places = type === 'mutation' ? scene.freshPlaces : scene.places;
      const isNew = cell.row.changesCaller === true;
      const caller = isNew ? await scene.recruit(cell.role) : scene.callers[cell.role];
      const call = await callIn(cell, caller, places);
      found.push(...surprises([cell], by, await transport(scene.app, caller, [call])));
      if (isNew) closeWire(caller);
    }

    expect(found).toEqual([]);
  });
}

describe('the table (SQLite)', () =>
  suite('sqlite', { transports: { http, ws, batch, rest }, inTurn: false, digestsEachLine: true }));
// What is another there is the database; what a transport carries is not.
describeWith('postgres')('the table (PostgreSQL)', () =>
  suite('postgres', { transports: { http, rest }, inTurn: true, digestsEachLine: false }),
);
