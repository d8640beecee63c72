import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Model as AnyModel, ModelStatic } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allModels } from '../../server/db/allModels.js';
import { autoMigration } from '../../server/db/autoMigration.js';
import type { Database } from '../../server/db/database.js';
import { createMigrator } from '../../server/db/migrator.js';
import { Department } from '../../server/db/models/Department.js';
import { Tag } from '../../server/db/models/Tag.js';
import { User } from '../../server/db/models/User.js';
import { readSchema } from '../../server/db/schema.js';
import { adHoc } from '../../server/db/statement.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';
import { describeEachDialect } from '../support/services.js';

/** The model of departments as somebody changed it: three columns more, one less, and an index. */
@Table({
  tableName: 'departments',
  underscored: true,
  indexes: [{ name: 'departments_colour', fields: ['colour', 'floor'] }],
})
class ChangedDepartment extends Model {
  @PrimaryKey @Column({ type: DataType.STRING(36) }) declare id: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare name: string;
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: true }) declare active: boolean;
  @Column({ type: DataType.STRING(20), allowNull: false, defaultValue: "it's blue" }) declare colour: string;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare floor: number;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare headId: string | null;
}

@Table({ tableName: 'rooms', underscored: true, timestamps: false })
class Room extends Model {
  @PrimaryKey @Column({ type: DataType.STRING(36) }) declare id: string;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare ownerId: string;
  @Column({ type: DataType.JSON, allowNull: false, defaultValue: {} }) declare plan: object;
  @Column({ type: DataType.DATE }) declare openedAt: Date | null;
  @Column({ type: DataType.DATEONLY }) declare closedOn: string | null;
  @Column({ type: DataType.DOUBLE }) declare area: number | null;
  @Column({ type: DataType.TEXT }) declare words: string | null;
}

@Table({ tableName: 'tags', underscored: true })
class LongerTag extends Model {
  @PrimaryKey @Column({ type: DataType.STRING(36) }) declare id: string;
  @Column({ type: DataType.STRING(999) }) declare name: string;
}

describeEachDialect('a migration made of the difference', (dialect) => {
  let db: Database;
  let folder: string;
  const models: readonly ModelStatic<AnyModel>[] = allModels;
  const changed = [...models.map((model) => (model === Department ? ChangedDepartment : model)), Room];
  beforeAll(async () => {
    db = openTestDatabase((await aMigratedDatabase(dialect)).url);
    db.sequelize.addModels([ChangedDepartment, Room, LongerTag]);
    folder = await mkdtemp(resolve('test/db/auto-'));
    await symlink(resolve('migrations/support'), join(folder, 'support'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await db.close();
  });

  it('is none while models and database say the same', async () => {
    expect(await autoMigration(db.sequelize, models)).toEqual({ text: null, byHand: [] });
  });

  it('makes the database what the models say, and takes that back', async () => {
    const before = await readSchema(db.sequelize);
    const { text, byHand } = await autoMigration(db.sequelize, changed);
    expect(byHand).toEqual([]);
    await writeFile(join(folder, '20270101T0000-difference.ts'), text ?? '');
    const migrator = createMigrator(db, undefined, { folder, table: 'sequelize_data' });
    await db.all(
      adHoc(
        "INSERT INTO departments (id, name, active, created_at, updated_at) SELECT 'd', 'D', true, created_at, created_at FROM installation",
      ),
      [],
    );

    await migrator.up();

    expect(await autoMigration(db.sequelize, changed)).toEqual({ text: null, byHand: [] });
    const [row] = await db.all(adHoc("SELECT colour, floor, head_id FROM departments WHERE id = 'd'"), []);
    expect(row).toEqual({ colour: "it's blue", floor: 0, head_id: null });

    await migrator.down();
    await db.all(adHoc('DROP TABLE sequelize_data'), []);
    expect(await readSchema(db.sequelize)).toEqual(before);
  });

  it('only tells of what changes in place', async () => {
    const { byHand } = await autoMigration(db.sequelize, [...models.filter((model) => model !== Tag), LongerTag]);

    expect(byHand.join('\n')).toMatch(
      /^tags\.name is text\(\d+\) NOT NULL in the database and text\(999\) in its model$/m,
    );
  });
});
