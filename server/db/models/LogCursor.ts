import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { LogConsumer } from './LogConsumer.js';
import { Project } from './Project.js';

/** How far a consumer has handled a project's events. Its lock makes one node at a time handle them. */
@Table({ tableName: 'log_cursors', underscored: true })
export class LogCursor extends Model<InferAttributes<LogCursor>, InferCreationAttributes<LogCursor>> {
  @PrimaryKey
  @ForeignKey(() => LogConsumer)
  @Column({ type: DataType.STRING(60), allowNull: false })
  declare consumer: string;

  @PrimaryKey
  @ForeignKey(() => Project)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  /** The last event that was handled. */
  @Column({ type: DataType.INTEGER, allowNull: false }) declare seq: number;
  /** How often the next one has failed. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare attempts: CreationOptional<number>;
  /** Not before then is it tried again. */
  @Column({ type: DataType.DATE }) declare retryAt: CreationOptional<Date | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
