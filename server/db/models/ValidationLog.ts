import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { validationLogLevels } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { User } from './User.js';
import { ValidationSession } from './ValidationSession.js';

/** A line that a session says of itself, numbered from 1. */
@Table({ tableName: 'validation_session_logs', underscored: true })
export class ValidationLog extends Model<InferAttributes<ValidationLog>, InferCreationAttributes<ValidationLog>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => ValidationSession)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare sessionId: string;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare seq: number;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare level: (typeof validationLogLevels)[number];
  @Column({ type: DataType.STRING(2000), allowNull: false }) declare message: string;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare createdBy: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
