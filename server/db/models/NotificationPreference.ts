import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { NotificationKind } from '../../../contract/notification.js';
import { User } from './User.js';

/** How a person wants to be told of a kind, where that differs from the default. */
@Table({ tableName: 'notification_preferences', underscored: true })
export class NotificationPreference extends Model<
  InferAttributes<NotificationPreference>,
  InferCreationAttributes<NotificationPreference>
> {
  @PrimaryKey @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @PrimaryKey @Column({ type: DataType.STRING(30), allowNull: false }) declare kind: NotificationKind;
  @Column({ type: DataType.BOOLEAN, allowNull: false }) declare inApp: boolean;
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: true }) declare email: CreationOptional<boolean>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
