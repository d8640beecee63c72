import type { Model, ModelStatic } from 'sequelize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignmentActions, assignmentStatuses, assignmentTypes } from '../../contract/assignment.js';
import { attachmentStates } from '../../contract/attachment.js';
import { visibilities } from '../../contract/comment.js';
import { customFieldKinds } from '../../contract/customField.js';
import { conversationKinds } from '../../contract/enums.js';
import { audiences } from '../../contract/event.js';
import { notificationKinds } from '../../contract/notification.js';
import { linkTypes } from '../../contract/link.js';
import { projectRoles, projectStatuses } from '../../contract/project.js';
import {
  assignmentStates,
  categories,
  priorities,
  ticketStatuses,
  ticketTypes,
  waitingOns,
} from '../../contract/ticket.js';
import { userRoles } from '../../contract/user.js';
import { allModels, generatedColumns } from '../../server/db/allModels.js';
import type { Database } from '../../server/db/database.js';
import { dailyMeasures } from '../../server/db/models/DailyStat.js';
import { ticketDimensions } from '../../server/db/models/TicketStat.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';
import { familyOf, readSchema, type ColumnShape, type Schema, type TableShape } from '../support/schema.js';
import { describeEachDialect } from '../support/services.js';

/** Tables without a model: the search index, each database's own, and the migrator's memory. */
const withoutModel = /^(?:(?:ticket|comment)_search(?:_fts\w*)?|sequelize_meta)$/;

const contractEnums: Record<string, readonly string[]> = {
  'users.role': userRoles,
  'projects.status': projectStatuses,
  'project_members.role': projectRoles,
  'conversations.kind': conversationKinds,
  'tickets.type': ticketTypes,
  'tickets.status': ticketStatuses,
  'tickets.priority': priorities,
  'tickets.category': categories,
  'tickets.waiting_on': waitingOns,
  'tickets.assignment_state': assignmentStates,
  'assignments.type': assignmentTypes,
  'assignments.status': assignmentStatuses,
  'assignment_history.action': assignmentActions,
  'comments.visibility': visibilities,
  'attachments.state': attachmentStates,
  'ticket_links.type': linkTypes,
  'events.audience': audiences,
  'custom_fields.kind': customFieldKinds,
  'notifications.kind': notificationKinds,
  'notification_preferences.kind': notificationKinds,
  'ticket_stats.dimension': ticketDimensions,
  'daily_stats.measure': dailyMeasures,
};

const modelTypes: Record<string, string> = { DATE: 'instant', DATEONLY: 'day', 'DOUBLE PRECISION': 'real' };

/** What `@ForeignKey` wrote down; Sequelize itself learns only of those that an association goes along. */
function foreignKeysOf(model: ModelStatic<Model>): string[] {
  type Marked = { foreignKey: string; relatedClassGetter: () => ModelStatic<Model> }[] | undefined;
  const marked = Reflect.getMetadata('sequelize:foreignKeys', model.prototype as object) as Marked;
  return (marked ?? [])
    .map(({ foreignKey, relatedClassGetter }) => {
      const target = relatedClassGetter();
      const field = (of: ModelStatic<Model>, attribute = '') => of.getAttributes()[attribute]?.field ?? attribute;
      return `${field(model, foreignKey)} -> ${target.tableName}.${field(target, target.primaryKeyAttribute)}`;
    })
    .toSorted();
}

/** What a model says of its table, in the words of `readSchema`. */
function shapeOf(model: ModelStatic<Model>): Omit<TableShape, 'enums'> {
  const attributes = Object.values(model.getAttributes()).map((attribute) => ({
    ...attribute,
    field: attribute.field ?? '',
    generated: generatedColumns[model.tableName]?.includes(attribute.field ?? '') ?? false,
  }));
  const columns = attributes.map(({ field, type, allowNull, primaryKey, generated }): [string, ColumnShape] => {
    const { key } = type as unknown as { key: string };
    const written =
      key === 'STRING' ? `varchar(${(type as unknown as { options: { length: number } }).options.length})` : key;
    const nullable = allowNull !== false && !primaryKey && !generated;
    return [field, { type: modelTypes[key] ?? familyOf(written), nullable }];
  });
  return {
    columns: Object.fromEntries(columns),
    primaryKey: attributes.filter(({ primaryKey }) => primaryKey).map(({ field }) => field),
    foreignKeys: foreignKeysOf(model),
  };
}

describeEachDialect('models and database', (dialect) => {
  let database: Database;
  let schema: Schema;
  beforeAll(async () => {
    database = openTestDatabase((await aMigratedDatabase(dialect)).url);
    schema = await readSchema(database.sequelize);
  });
  afterAll(() => database.close());

  it('have the same tables', () => {
    const inDatabase = Object.keys(schema).filter((table) => !withoutModel.test(table) && !table.startsWith('sqlite_'));

    expect(inDatabase.toSorted()).toEqual(allModels.map((model) => model.tableName).toSorted());
  });

  describe.each(allModels.map((model) => [model.name, model as ModelStatic<Model>] as const))('%s', (_name, model) => {
    it('has the columns, types, keys and references of its table', () => {
      const { enums: _, ...table } = schema[model.tableName] ?? { enums: {} };

      expect(shapeOf(model)).toEqual(table);
    });
  });

  it('allow exactly the words of the contract', () => {
    const inDatabase = Object.entries(schema).flatMap(([table, { enums }]) =>
      Object.entries(enums).map(([column, words]) => [`${table}.${column}`, words]),
    );
    const inContract = Object.entries(contractEnums).map(([column, words]) => [column, words.toSorted()]);

    expect(Object.fromEntries(inDatabase)).toEqual(Object.fromEntries(inContract));
  });
});
