import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { Conversation } from './Conversation.js';
import { Message } from './Message.js';
import { User } from './User.js';

/** How far a person has read in a conversation; none, while they have read nothing. */
@Table({ tableName: 'conversation_reads', underscored: true })
export class ConversationRead extends Model<
  InferAttributes<ConversationRead>,
  InferCreationAttributes<ConversationRead>
> {
  @PrimaryKey @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;

  @PrimaryKey
  @ForeignKey(() => Conversation)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare conversationId: string;

  @ForeignKey(() => Message)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare lastReadMessageId: string;

  /** When that message was written. */
  @Column({ type: DataType.DATE, allowNull: false }) declare lastReadAt: Date;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
