import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { sharePermissions } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { User } from './User.js';
import { ValidationSession } from './ValidationSession.js';

/** Somebody who may see a session, or write into it. */
@Table({ tableName: 'validation_session_shares', underscored: true })
export class ValidationShare extends Model<InferAttributes<ValidationShare>, InferCreationAttributes<ValidationShare>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => ValidationSession)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare sessionId: string;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare permission: (typeof sharePermissions)[number];
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
