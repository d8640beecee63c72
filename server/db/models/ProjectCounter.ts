import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { Project } from './Project.js';

/** The last numbers given in a project, and its tickets per status, deleted ones not counted. Every command changes it, last. */
@Table({ tableName: 'project_counters', underscored: true, timestamps: false })
export class ProjectCounter extends Model<InferAttributes<ProjectCounter>, InferCreationAttributes<ProjectCounter>> {
  @PrimaryKey
  @ForeignKey(() => Project)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare eventSeq: CreationOptional<number>;

  /** The oldest event still kept. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 })
  declare eventMinSeq: CreationOptional<number>;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare ticketNo: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nOpen: CreationOptional<number>;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 })
  declare nInProgress: CreationOptional<number>;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nReview: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nResolved: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nClosed: CreationOptional<number>;

  /** Another one whenever its SLA policies change; null: it has none. */
  @Column({ type: DataType.STRING(36) }) declare slaRevision: CreationOptional<string | null>;

  @BelongsTo(() => Project, 'projectId') declare project?: NonAttribute<Project>;
}
