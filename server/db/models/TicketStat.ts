import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { ProjectCounter } from './ProjectCounter.js';

export const ticketDimensions = ['PRIORITY', 'CATEGORY', 'DEPARTMENT', 'ASSIGNEE', 'HELPER'] as const;
export type TicketDimension = (typeof ticketDimensions)[number];

/**
 * How many tickets of a project have a value, by status, deleted ones not counted; `value` is empty for those without one. HELPER: of
 * whoever holds a ticket beside its assignee. Moved by each change of a ticket, under the lock of its project's counters.
 */
@Table({ tableName: 'ticket_stats', underscored: true, timestamps: false })
export class TicketStat extends Model<InferAttributes<TicketStat>, InferCreationAttributes<TicketStat>> {
  @PrimaryKey
  @ForeignKey(() => ProjectCounter)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  @PrimaryKey
  @Column({ type: DataType.STRING(30), allowNull: false })
  declare dimension: TicketDimension;

  @PrimaryKey @Column({ type: DataType.STRING(36), allowNull: false }) declare value: string;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nOpen: CreationOptional<number>;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 })
  declare nInProgress: CreationOptional<number>;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nReview: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nResolved: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nClosed: CreationOptional<number>;

  /** Story points of the unfinished ones among them: a whole number that may pass 32 bits. */
  @Column({ type: DataType.DOUBLE, allowNull: false, defaultValue: 0 }) declare points: CreationOptional<number>;

  @BelongsTo(() => ProjectCounter, 'projectId') declare counter?: NonAttribute<ProjectCounter>;
}
