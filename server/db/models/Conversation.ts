import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { conversationKinds } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { User } from './User.js';

@Table({ tableName: 'conversations', underscored: true })
export class Conversation extends Model<InferAttributes<Conversation>, InferCreationAttributes<Conversation>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare kind: (typeof conversationKinds)[number];

  @ForeignKey(() => Project)
  @Column({ type: DataType.STRING(36) })
  declare projectId: CreationOptional<string | null>;

  @Column({ type: DataType.STRING(500) }) declare name: CreationOptional<string | null>;
  @Column({ type: DataType.TEXT, allowNull: false, defaultValue: '' }) declare description: CreationOptional<string>;

  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare isPrivate: CreationOptional<boolean>;

  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare createdBy: CreationOptional<string | null>;
  @Column({ type: DataType.DATE }) declare archivedAt: CreationOptional<Date | null>;
  /** Who talk in it, of DIRECT: see `membersKey`. */
  @Column({ type: DataType.STRING(64) }) declare membersKey: CreationOptional<string | null>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Project, 'projectId') declare project?: NonAttribute<Project>;
}
