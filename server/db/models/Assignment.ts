import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { assignmentStatuses, assignmentTypes } from '../../../contract/assignment.js';
import { newId } from '../../kernel/ids.js';
import { AssignmentProposal } from './AssignmentProposal.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';

/** One span of holding a ticket. */
@Table({ tableName: 'assignments', underscored: true })
export class Assignment extends Model<InferAttributes<Assignment>, InferCreationAttributes<Assignment>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36), allowNull: false }) declare ticketId: string;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare assigneeId: string;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare assignedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare assignedByLabel: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare type: (typeof assignmentTypes)[number];

  @ForeignKey(() => User)
  @Column({ type: DataType.STRING(36) })
  declare originalAssigneeId: CreationOptional<string | null>;

  @Column({ type: DataType.STRING(1000) }) declare reason: CreationOptional<string | null>;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'ACTIVE' })
  declare status: CreationOptional<(typeof assignmentStatuses)[number]>;

  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare isPrimary: CreationOptional<boolean>;

  @Column({ type: DataType.DATE, allowNull: false }) declare assignedAt: Date;
  @Column({ type: DataType.DATE }) declare unassignedAt: CreationOptional<Date | null>;

  /** The proposal that it was made by. */
  @ForeignKey(() => AssignmentProposal)
  @Column({ type: DataType.STRING(36) })
  declare proposalId: CreationOptional<string | null>;

  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Ticket, 'ticketId') declare ticket?: NonAttribute<Ticket>;
  @BelongsTo(() => User, 'assigneeId') declare assignee?: NonAttribute<User>;
}
