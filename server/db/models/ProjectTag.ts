import type { InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { ProjectCounter } from './ProjectCounter.js';

/**
 * How many tickets of a project carry a tag, deleted ones not counted; there is none for a tag that no ticket carries. Moved by each
 * change of a ticket, under the lock of its project's counters.
 */
@Table({ tableName: 'project_tags', underscored: true, timestamps: false })
export class ProjectTag extends Model<InferAttributes<ProjectTag>, InferCreationAttributes<ProjectTag>> {
  @PrimaryKey
  @ForeignKey(() => ProjectCounter)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  /** See `tagKey`. */
  @PrimaryKey @Column({ type: DataType.STRING(150), allowNull: false }) declare nameKey: string;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare ticketCount: number;
}
