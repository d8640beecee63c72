import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { validationStatuses } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { User } from './User.js';
import { ValidationSession } from './ValidationSession.js';

/** One step of a session, who took it, and when. */
@Table({ tableName: 'validation_status_changes', underscored: true })
export class ValidationStatusChange extends Model<
  InferAttributes<ValidationStatusChange>,
  InferCreationAttributes<ValidationStatusChange>
> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => ValidationSession)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare sessionId: string;
  @Column({ type: DataType.STRING(30) }) declare fromStatus: CreationOptional<
    (typeof validationStatuses)[number] | null
  >;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare toStatus: (typeof validationStatuses)[number];
  @Column({ type: DataType.STRING(1000) }) declare reason: CreationOptional<string | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare changedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare changedByName: string;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
