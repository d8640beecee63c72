import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';
import { Conversation } from './Conversation.js';
import { User } from './User.js';

@Table({ tableName: 'conversation_members', underscored: true })
export class ConversationMember extends Model<
  InferAttributes<ConversationMember>,
  InferCreationAttributes<ConversationMember>
> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;

  @ForeignKey(() => Conversation)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare conversationId: string;

  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Conversation, 'conversationId') declare conversation?: NonAttribute<Conversation>;
  @BelongsTo(() => User, 'userId') declare user?: NonAttribute<User>;
}
