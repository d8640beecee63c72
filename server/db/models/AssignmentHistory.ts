import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { assignmentActions } from '../../../contract/assignment.js';
import { newId } from '../../kernel/ids.js';
import { Assignment } from './Assignment.js';
import { ProjectCounter } from './ProjectCounter.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';

@Table({ tableName: 'assignment_history', underscored: true })
export class AssignmentHistory extends Model<
  InferAttributes<AssignmentHistory>,
  InferCreationAttributes<AssignmentHistory>
> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Assignment) @Column({ type: DataType.STRING(36), allowNull: false }) declare assignmentId: string;

  @ForeignKey(() => Assignment)
  @Column({ type: DataType.STRING(36) })
  declare newAssignmentId: CreationOptional<string | null>;

  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36), allowNull: false }) declare ticketId: string;

  @ForeignKey(() => ProjectCounter)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  /** The name as it was then; renames do not rewrite history. */
  @Column({ type: DataType.STRING(120) }) declare previousDeveloper: CreationOptional<string | null>;

  @ForeignKey(() => User)
  @Column({ type: DataType.STRING(36) })
  declare previousDeveloperId: CreationOptional<string | null>;

  @Column({ type: DataType.STRING(120) }) declare newDeveloper: CreationOptional<string | null>;

  @ForeignKey(() => User)
  @Column({ type: DataType.STRING(36) })
  declare newDeveloperId: CreationOptional<string | null>;

  @Column({ type: DataType.STRING(30), allowNull: false }) declare action: (typeof assignmentActions)[number];
  @Column({ type: DataType.STRING(1000) }) declare reason: CreationOptional<string | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare changedBy: CreationOptional<string | null>;
  /** Who it was when it was no person: a rule, by its name. */
  @Column({ type: DataType.STRING(120) }) declare changedByLabel: CreationOptional<string | null>;
  @Column({ type: DataType.DATE, allowNull: false }) declare changedAt: Date;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare seq: number;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Assignment, 'assignmentId') declare assignment?: NonAttribute<Assignment>;
  @BelongsTo(() => Ticket, 'ticketId') declare ticket?: NonAttribute<Ticket>;
}
