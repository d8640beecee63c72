import { afterAll, beforeAll, expect, it } from 'vitest';
import { LinkTicketInput } from '../../contract/link.js';
import { TagTicketInput } from '../../contract/tag.js';
import { UserIdInput } from '../../contract/user.js';
import { adHoc } from '../../server/db/statement.js';
import { linkTickets } from '../../server/features/tickets/commands/linkTickets.js';
import { tagTicket } from '../../server/features/tickets/commands/tagTicket.js';
import { deactivateUser } from '../../server/features/users/commands/deactivateUser.js';
import { describeEachDialect } from '../support/services.js';
import type { World } from '../support/world.js';
import { everyProcedure } from './everyProcedure.js';
import { callOf, matrix, pathOf } from './matrix.js';
import type { Row } from './outcomes.js';
import { aScene, roles, type Caller, type Scene, type Side } from './scene.js';
import { closeWire, http } from './transports.js';

/** Mutations that leave no line in a history or in the audit log, and why that is right. */
const unrecorded: Readonly<Record<string, string>> = {
  'attachments.create': 'only announces: that the bytes came is recorded, and so is who removes them',
  'auth.refresh': 'goes on with a session whose begin and end are recorded',
  'auth.renew': 'writes nothing',
  'comments.create': 'the comment itself says who wrote what and when; what is done to it later is recorded',
  'conversations.markRead': 'says what somebody has read, and changes nothing for others',
  'developers.refreshWorkloads': 'corrects what is wrong, and records that; here nothing is',
  'messages.post': 'the message itself says who wrote it and when; what is done to it later is recorded',
  'notifications.markRead': 'says what somebody has read, and changes nothing for others',
  'presence.set': 'writes nothing',
  'rules.dryRun': 'writes nothing',
  'tickets.unwatch': 'says what somebody wants to be told, of themselves',
  'tickets.watch': 'says what somebody wants to be told, of themselves',
  'validations.sessions.appendLog': 'the line itself says who wrote it and when',
};

/** What must have been done before, or the call would change nothing. */
const preparations: Readonly<Record<string, (world: World, input: object) => Promise<unknown>>> = {
  'tickets.untag': ({ deps, admin }, input) => tagTicket(deps, admin, TagTicketInput.parse(input)),
  'tickets.unlink': ({ deps, admin }, input) => linkTickets(deps, admin, LinkTicketInput.parse(input)),
  'users.activate': ({ deps, admin }, input) => deactivateUser(deps, admin, UserIdInput.parse(input)),
};

/** Where a change may be recorded. */
const records = ['audit_log', 'ticket_history', 'assignment_history'] as const;

const mutations = [...everyProcedure.values()].filter(({ type }) => type === 'mutation').map(({ path }) => path);

interface Doing {
  readonly name: string;
  readonly row: Row;
  readonly side: Side;
  readonly column: number;
}

/** A place in the table where this line is done: rather to others, since who sends themselves away is refused what follows. */
function doingOf([name, row]: readonly [string, Row]): Doing | undefined {
  for (const side of ['other', 'own'] as const) {
    const column = Array.from((row.outcomes[side] ?? '').replaceAll(' ', '')).indexOf('+');
    if (column !== -1) return { name, row, side, column };
  }
  return undefined;
}

it('what is excused is a mutation that there is', () => {
  expect(Object.keys(unrecorded).filter((path) => !mutations.includes(path))).toEqual([]);
});

describeEachDialect('every change', (dialect) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await aScene(dialect);
  });
  afterAll(async () => {
    for (const caller of Object.values(scene.callers)) closeWire(caller);
    await scene.app.close();
  });

  const linesIn = async (): Promise<string[]> => {
    const ids = records.map((table) => `SELECT '${table} ' || id AS line FROM ${table}`).join(' UNION ALL ');
    return (await scene.app.db.all<{ line: string }>(adHoc(ids), [])).map(({ line }) => line);
  };
  const auditLines = async (): Promise<ReadonlyMap<string, string>> => {
    const rows = await scene.app.db.all<{ id: string }>(adHoc('SELECT * FROM audit_log'), []);
    return new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
  };

  /** Whether the call that the line of the table stands for left a new line somewhere. */
  async function leavesLine({ name, row, side, column }: Doing): Promise<boolean> {
    const { app, freshPlaces, callers } = scene;
    const caller: Caller = row.changesCaller ? await scene.recruit(roles[column]!) : callers[roles[column]!];
    const call = await callOf(name, row, { app, at: freshPlaces[side], side, caller });
    await preparations[name]?.(app, call.input as object);
    const before = new Set(await linesIn());
    const [answer] = await http(app, caller, [call]);
    expect(answer?.code, name).toBe('OK');
    if (row.changesCaller) closeWire(caller);
    return (await linesIn()).some((line) => !before.has(line));
  }

  it('of a ticket is in its history, and every other one in the audit log, whose lines stay as they are', async () => {
    const left = new Map<string, boolean>();
    for (const line of Object.entries(matrix).filter(([name]) => mutations.includes(pathOf(name)))) {
      const doing = doingOf(line);
      if (!doing) continue;
      const before = await auditLines();
      left.set(doing.name, await leavesLine(doing));
      const after = await auditLines();
      expect(
        [...before].filter(([id, text]) => after.get(id) !== text),
        doing.name,
      ).toEqual([]);
    }
    const silent = [...left.keys()].filter((name) => !left.get(name)).map(pathOf);

    expect(silent.filter((path) => !(path in unrecorded))).toEqual([]);
    expect(Object.keys(unrecorded).filter((path) => !silent.includes(path))).toEqual([]);
    expect(mutations.filter((path) => ![...left.keys()].map(pathOf).includes(path))).toEqual([]);
  });
});
