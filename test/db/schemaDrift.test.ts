import type { Model, ModelStatic } from 'sequelize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignmentActions, assignmentStatuses, assignmentTypes } from '../../contract/assignment.js';
import { attachmentStates } from '../../contract/attachment.js';
import { visibilities } from '../../contract/comment.js';
import { customFieldKinds } from '../../contract/customField.js';
import {
  autoAssigns,
  putAsideReasons,
  awayPolicies,
  placingCauses,
  slaKinds,
  conversationKinds,
  discrepancyStatuses,
  discrepancyTypes,
  planOutcomes,
  planStrategies,
  proposalStates,
  severities,
  sharePermissions,
  validationLogLevels,
  validationResultKinds,
  validationResultStatuses,
  validationStatuses,
  runOutcomes,
  deliveryStatuses,
  incomingKinds,
  incomingOutcomes,
  webhookFailures,
} from '../../contract/enums.js';
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
import { allModels } from '../../server/db/allModels.js';
import type { Database } from '../../server/db/database.js';
import { backupOutcomes } from '../../server/db/models/BackupRun.js';
import { dailyMeasures } from '../../server/db/models/DailyStat.js';
import { ticketDimensions } from '../../server/db/models/TicketStat.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';
import { shapeOfModel } from '../../server/db/modelSchema.js';
import { readSchema, type Schema } from '../../server/db/schema.js';
import { describeEachDialect } from '../support/services.js';

/** Tables without a model: the search index, each database's own, and the migrator's memory. */
const withoutModel = /^(?:ticket_field_values|(?:ticket|comment|message)_search(?:_fts\w*)?|sequelize_meta)$/;

const contractEnums: Record<string, readonly string[]> = {
  'users.role': userRoles,
  'projects.status': projectStatuses,
  'projects.away_policy': awayPolicies,
  'projects.auto_assign': autoAssigns,
  'tickets_to_place.cause': placingCauses,
  'workflow_runs.outcome': runOutcomes,
  'events_put_aside.why': putAsideReasons,
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
  'assignment_runs.strategy': planStrategies,
  'assignment_runs.outcome': planOutcomes,
  'assignment_proposals.state': proposalStates,
  'comments.visibility': visibilities,
  'webhooks.disabled_reason': webhookFailures,
  'webhook_deliveries.status': deliveryStatuses,
  'incoming_webhooks.kind': incomingKinds,
  'incoming_deliveries.outcome': incomingOutcomes,
  'attachments.state': attachmentStates,
  'ticket_links.type': linkTypes,
  'ticket_slas.kind': slaKinds,
  'events.audience': audiences,
  'custom_fields.kind': customFieldKinds,
  'notifications.kind': notificationKinds,
  'notification_preferences.kind': notificationKinds,
  'ticket_stats.dimension': ticketDimensions,
  'daily_stats.measure': dailyMeasures,
  'backup_runs.outcome': backupOutcomes,
  'validation_sessions.status': validationStatuses,
  'validation_status_changes.from_status': validationStatuses,
  'validation_status_changes.to_status': validationStatuses,
  'validation_session_logs.level': validationLogLevels,
  'validation_session_shares.permission': sharePermissions,
  'validation_results.kind': validationResultKinds,
  'validation_results.status': validationResultStatuses,
  'discrepancies.type': discrepancyTypes,
  'discrepancies.severity': severities,
  'discrepancies.status': discrepancyStatuses,
};

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

      expect(shapeOfModel(model)).toEqual(table);
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
