import type { Model, ModelStatic } from 'sequelize';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { allModels } from '../../server/db/allModels.js';
import type { Database } from '../../server/db/database.js';
import { Skill } from '../../server/db/models/Skill.js';
import { addByCount, inBatches, inLockOrder, insertRow, sendRows, updateRow } from '../../server/db/rowStatements.js';
import { adHoc } from '../../server/db/statement.js';
import { newId } from '../../server/kernel/ids.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';
import { describeEachDialect } from '../support/services.js';

describeEachDialect('statements of many rows', (dialect) => {
  let db: Database;
  beforeAll(async () => {
    db = openTestDatabase((await aMigratedDatabase(dialect)).url);
  });
  afterAll(() => db.close());

  it('write all of them, however many', async () => {
    const at = new Date('2026-11-22T10:00:00.123Z');
    const insert = insertRow(Skill, ['id', 'name', 'aliases', 'createdAt', 'updatedAt']);
    const update = updateRow(Skill, ['name', 'aliases', 'updatedAt']);
    for (const count of [1, 3, 9, 128, 171, 300]) {
      const skills = Array.from({ length: count }, (_, nth) => ({
        id: newId(),
        name: `Skill ${nth} of ${count}`,
        aliases: [`S${nth}`, 'a "quoted" one', 'a\ttab, a \\ and\na line'],
        version: 1,
        createdAt: at,
        updatedAt: at,
      }));
      const later = new Date(at.getTime() + count);
      const changed = skills.map((skill) => ({
        ...skill,
        name: `${skill.name}, renamed`,
        aliases: [],
        updatedAt: later,
      }));
      const open = await db.begin({});
      sendRows(open, insert, skills);
      sendRows(open, update, changed.slice(1));
      await open.commit();

      const found = await Skill.findAll({ where: { id: skills.map(({ id }) => id) }, order: ['id'] });
      expect(found.map((row) => row.get({ plain: true }))).toEqual([skills[0], ...changed.slice(1)]);
    }
  });

  it('add to each of several rows its own, tell what is there then, and change them in the order of locks', async () => {
    const at = new Date('2026-11-22T10:00:00.123Z');
    const later = new Date(at.getTime() + 1);
    const insert = insertRow(Skill, ['id', 'name', 'aliases', 'createdAt', 'updatedAt']);
    const add = addByCount('skills.add', {
      table: 'skills',
      key: 'id',
      column: 'version',
      also: ['updated_at'],
      told: ['version'],
    });
    for (const count of [1, 2, 11]) {
      const ids = Array.from({ length: count }, () => newId());
      const added = ids.map((id, nth) => [id, nth + 1] as const);
      const told: object[] = [];
      const open = await db.begin({});
      sendRows(
        open,
        insert,
        ids.map((id) => ({ id, name: `Counted ${id}`, aliases: [], createdAt: at, updatedAt: at })),
      );
      const batches = inLockOrder(added, db.dialect);
      for (const batch of batches)
        open.send(add(batch.length), [later, ...batch.flat()], (rows) => void told.push(...rows));
      await open.commit();

      const expected = added.map(([id, more]) => ({ id, version: 1 + more }));
      expect(told).toHaveLength(count);
      expect(told).toEqual(expect.arrayContaining(expected));
      const found = await Skill.findAll({ where: { id: ids }, order: ['id'] });
      expect(found.map(({ id, version, updatedAt }) => ({ id, version, updatedAt }))).toEqual(
        expected.map((row) => ({ ...row, updatedAt: later })),
      );
      expect(batches.flat()).toEqual(added);
      // PostgreSQL locks the rows of one statement in an order of its own.
      if (dialect === 'postgres') expect(batches).toHaveLength(count);
      else expect(batches.length).toBeLessThanOrEqual(2);
    }
  });

  it.each([8, 40, 128])(
    'are told once what all of %i rows hold, and nothing that one of them does not',
    async (count) => {
      const alike = ['aliases', 'createdAt', 'updatedAt'] as const;
      const insert = insertRow(Skill, ['id', 'name', ...alike], { kind: 'insertOfAKind', alike });
      const at = new Date('2026-11-22T10:00:00.123Z');
      const common = { aliases: ['a\ttab', 'a "quoted" one'], version: 1, createdAt: at, updatedAt: at };
      const skillsNamed = (name: string) =>
        Array.from({ length: count }, (_, nth) => ({ id: newId(), name: `${name} ${nth} of ${count}`, ...common }));
      const [alikeAll, butLast] = [skillsNamed('Alike'), skillsNamed('Nearly alike')];
      const other = { aliases: [], version: 1, createdAt: at, updatedAt: new Date(0) };
      const last = { id: newId(), name: `Not alike of ${count}`, ...other };
      butLast.splice(-1, 1, last as (typeof butLast)[number]);
      const sent: number[] = [];
      const open = await db.begin({});
      for (const skills of [alikeAll, butLast])
        sendRows({ send: (one, values) => (sent.push(values.length), open.send(one, values)) }, insert, skills);
      await open.commit();

      const skills = [...alikeAll, ...butLast];
      const found = await Skill.findAll({ where: { id: skills.map(({ id }) => id) }, order: ['id'] });
      expect(found.map((row) => row.get({ plain: true }))).toEqual(skills.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
      const [first, second] = [sent.slice(0, sent.length / 2), sent.slice(sent.length / 2)].map((values) =>
        values.reduce((sum, each) => sum + each),
      );
      const [all, once] = [5 * count, 3 + 2 * count];
      // 40 are 32 and 8, of which the last one is not alike.
      const expected = { 8: [all, all], 40: [3 + 2 * 32 + 5 * 8, 3 + 2 * 32 + 5 * 8], 128: [once, all] }[count];
      expect([first, second]).toEqual(expected);
    },
  );

  it('are on their way before anybody waits for an answer, once they are many', async () => {
    const at = new Date();
    const insert = insertRow(Skill, ['id', 'name', 'aliases', 'createdAt', 'updatedAt']);
    const skills = Array.from({ length: 513 }, (_, nth) => ({
      id: newId(),
      name: `Skill ${nth} on its way`,
      aliases: [],
      createdAt: at,
      updatedAt: at,
    }));
    const open = await db.begin({});
    let written = 0;
    const send = (batch: typeof skills) =>
      open.send(insert.ofMany(batch.length), batch.flatMap(insert.values), () => (written += batch.length));

    const [last, ...many] = inBatches(skills).toReversed();
    for (const batch of many) send(batch);
    await vi.waitFor(() => expect(written).toBe(512), { timeout: 10_000 });
    send(last ?? []);
    await sleep(50);
    expect(written).toBe(512);

    await open.commit();
    expect(written).toBe(513);
  });

  it('fit the columns of every model', async () => {
    for (const model of allModels as readonly ModelStatic<Model>[]) {
      const attributes = model.getAttributes();
      if (!('id' in attributes)) continue;
      const names = Object.keys(attributes).filter((name) => !['id', 'priorityRank', 'dueSort'].includes(name));
      const { ofMany } = updateRow(model, names as never[]);
      const values = Array.from({ length: 2 * (names.length + 1) }, () => null);
      await expect(db.all(adHoc(ofMany(2).text), values), model.name).resolves.toEqual([]);
    }
  });
});
