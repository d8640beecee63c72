import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { webhookFailures } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { User } from './User.js';

/** Where events of a project are sent to. Of a deleted one the deliveries are removed little by little, and then the row. */
@Table({ tableName: 'webhooks', underscored: true })
export class Webhook extends Model<InferAttributes<Webhook>, InferCreationAttributes<Webhook>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  @Column({ type: DataType.STRING(2000), allowNull: false }) declare url: string;
  /** Empty: all. */
  @Column({ type: DataType.JSON, allowNull: false }) declare eventTypes: string[];
  @Column({ type: DataType.STRING(1000), allowNull: false, defaultValue: '' })
  declare description: CreationOptional<string>;

  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: true }) declare active: CreationOptional<boolean>;
  /** Null: whoever turned it off was a person. */
  @Column({ type: DataType.STRING(30) }) declare disabledReason: CreationOptional<
    (typeof webhookFailures)[number] | null
  >;
  /** When the first attempt failed since one got through. */
  @Column({ type: DataType.DATE }) declare failingSince: CreationOptional<Date | null>;
  /** Events up to and with this one are not sent: they were there before it was turned on. */
  @Column({ type: DataType.INTEGER, allowNull: false }) declare sinceSeq: number;
  /** The secret is made of it and is kept nowhere. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare secretNo: CreationOptional<number>;
  @Column({ type: DataType.DATE }) declare previousSecretUntil: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare createdBy: CreationOptional<string | null>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
  @Column({ type: DataType.DATE }) declare deletedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare deletedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(1000) }) declare deleteReason: CreationOptional<string | null>;

  @BelongsTo(() => Project, 'projectId') declare project?: NonAttribute<Project>;
}
