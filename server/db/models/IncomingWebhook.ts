import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { incomingKinds } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { User } from './User.js';

/** Where another system tells a project of what happens there. */
@Table({ tableName: 'incoming_webhooks', underscored: true })
export class IncomingWebhook extends Model<InferAttributes<IncomingWebhook>, InferCreationAttributes<IncomingWebhook>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  /** By whom it is done: somebody who cannot sign in. */
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare kind: (typeof incomingKinds)[number];
  @Column({ type: DataType.STRING(120), allowNull: false }) declare name: string;
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: true }) declare active: CreationOptional<boolean>;
  /** The secret is made of it and is kept nowhere. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare secretNo: CreationOptional<number>;
  @Column({ type: DataType.DATE }) declare previousSecretUntil: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare receivedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare createdBy: CreationOptional<string | null>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
  @Column({ type: DataType.DATE }) declare deletedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare deletedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(1000) }) declare deleteReason: CreationOptional<string | null>;

  @BelongsTo(() => Project, 'projectId') declare project?: NonAttribute<Project>;
}
