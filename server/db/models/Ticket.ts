import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type {
  AssignmentState,
  categories,
  Priority,
  TicketStatus,
  ticketTypes,
  waitingOns,
} from '../../../contract/ticket.js';
import type { TicketSla } from '../../../contract/ticketSla.js';
import { newId } from '../../kernel/ids.js';
import { Conversation } from './Conversation.js';
import { Department } from './Department.js';
import { Project } from './Project.js';
import { Skill } from './Skill.js';
import { User } from './User.js';
import type { Assignment } from './Assignment.js';
import type { Attachment } from './Attachment.js';
import type { Comment } from './Comment.js';

@Table({ tableName: 'tickets', underscored: true })
export class Ticket extends Model<InferAttributes<Ticket>, InferCreationAttributes<Ticket>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare number: number;
  @Column({ type: DataType.STRING(21), allowNull: false }) declare key: string;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'TICKET' })
  declare type: CreationOptional<(typeof ticketTypes)[number]>;

  @Column({ type: DataType.STRING(500), allowNull: false }) declare title: string;
  @Column({ type: DataType.TEXT, allowNull: false, defaultValue: '' }) declare description: CreationOptional<string>;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'OPEN' })
  declare status: CreationOptional<TicketStatus>;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'MEDIUM' })
  declare priority: CreationOptional<Priority>;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'GENERAL' })
  declare category: CreationOptional<(typeof categories)[number]>;

  @ForeignKey(() => Department)
  @Column({ type: DataType.STRING(36) })
  declare departmentId: CreationOptional<string | null>;

  @ForeignKey(() => Conversation)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare conversationId: string;

  /** Who asked. */
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare reporterId: string;

  /** Who typed. */
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare createdBy: string;

  /** Holder of the active primary assignment; follows from the assignments. */
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare assigneeId: CreationOptional<string | null>;

  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36) }) declare parentId: CreationOptional<string | null>;
  @Column({ type: DataType.INTEGER }) declare storyPoints: CreationOptional<number | null>;

  @ForeignKey(() => Skill)
  @Column({ type: DataType.STRING(36) })
  declare requiredSkillId: CreationOptional<string | null>;

  @Column({ type: DataType.DOUBLE }) declare estimatedHours: CreationOptional<number | null>;
  @Column({ type: DataType.DATEONLY }) declare dueDate: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(30) }) declare waitingOn: CreationOptional<(typeof waitingOns)[number] | null>;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'PENDING' })
  declare assignmentState: CreationOptional<AssignmentState>;

  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare aiAssisted: CreationOptional<boolean>;

  @Column({ type: DataType.DATE }) declare firstResponseAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare resolvedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare completedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare closedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.STRING(60) }) declare externalSource: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(255) }) declare externalId: CreationOptional<string | null>;

  @Column({ type: DataType.JSON, allowNull: false, defaultValue: {} })
  declare customFields: CreationOptional<Record<string, string | number | boolean | null>>;

  /** `ticket_links` says the same; whoever holds this row knows it. */
  @ForeignKey(() => Ticket)
  @Column({ type: DataType.STRING(36) })
  declare mergedIntoId: CreationOptional<string | null>;

  /** Names, sorted; `ticket_tags` is what tickets are found by. */
  @Column({ type: DataType.JSON, allowNull: false, defaultValue: [] }) declare tags: CreationOptional<string[]>;

  /** Its clocks; `ticket_slas` is what they are found by. */
  @Column({ type: DataType.JSON }) declare sla: CreationOptional<TicketSla | null>;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;

  /** Number of the event that last changed this row. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare lastSeq: CreationOptional<number>;

  @Column({ type: DataType.DATE }) declare deletedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare deletedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(1000) }) declare deleteReason: CreationOptional<string | null>;

  // The two are nullable here only because Sequelize would demand a value of a NOT NULL column.
  /** Computed by the database for sorting, LOW 1 to URGENT 4; never written. */
  @Column({ type: DataType.SMALLINT }) declare priorityRank: CreationOptional<number>;

  /** Computed by the database for sorting: the due date, or 9999-12-31; never written. */
  @Column({ type: DataType.DATEONLY }) declare dueSort: CreationOptional<string>;

  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Project, 'projectId') declare project?: NonAttribute<Project>;
  @BelongsTo(() => Department, 'departmentId') declare department?: NonAttribute<Department>;
  @BelongsTo(() => Conversation, 'conversationId') declare conversation?: NonAttribute<Conversation>;
  @BelongsTo(() => User, 'reporterId') declare reporter?: NonAttribute<User>;
  @BelongsTo(() => User, 'createdBy') declare creator?: NonAttribute<User>;
  @BelongsTo(() => User, 'assigneeId') declare assignee?: NonAttribute<User>;
  @BelongsTo(() => Ticket, 'parentId') declare parent?: NonAttribute<Ticket>;
  @BelongsTo(() => Ticket, 'mergedIntoId') declare mergedInto?: NonAttribute<Ticket>;
  @BelongsTo(() => Skill, 'requiredSkillId') declare requiredSkill?: NonAttribute<Skill>;
  declare assignments?: NonAttribute<Assignment[]>;
  declare comments?: NonAttribute<Comment[]>;
  declare attachments?: NonAttribute<Attachment[]>;
  declare children?: NonAttribute<Ticket[]>;
  declare assignees?: NonAttribute<User[]>;
}
