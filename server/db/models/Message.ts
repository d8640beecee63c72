import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';
import { Conversation } from './Conversation.js';
import { User } from './User.js';

@Table({ tableName: 'messages', underscored: true })
export class Message extends Model<InferAttributes<Message>, InferCreationAttributes<Message>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;

  @ForeignKey(() => Conversation)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare conversationId: string;

  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare authorId: string;
  @ForeignKey(() => Message) @Column({ type: DataType.STRING(36) }) declare parentId: CreationOptional<string | null>;
  @Column({ type: DataType.TEXT, allowNull: false }) declare content: string;
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare isEdited: CreationOptional<boolean>;
  @Column({ type: DataType.DATE }) declare editedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare deletedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare deletedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(1000) }) declare deleteReason: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Conversation, 'conversationId') declare conversation?: NonAttribute<Conversation>;
  @BelongsTo(() => User, 'authorId') declare author?: NonAttribute<User>;
}
