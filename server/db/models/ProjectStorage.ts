import type { InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { Project } from './Project.js';

/** How many bytes the attachments of a project's tickets have together, announced ones among them and deleted ones not. */
@Table({ tableName: 'project_storage', underscored: true, timestamps: false })
export class ProjectStorage extends Model<InferAttributes<ProjectStorage>, InferCreationAttributes<ProjectStorage>> {
  @PrimaryKey
  @ForeignKey(() => Project)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  @Column({ type: DataType.DOUBLE, allowNull: false }) declare bytes: number;
}
