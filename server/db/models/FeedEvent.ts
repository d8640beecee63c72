import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { FeedEventType } from '../../../contract/event.js';
import { Conversation } from './Conversation.js';
import { Message } from './Message.js';
import { Project } from './Project.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';
import { UserFeed } from './UserFeed.js';

/** A fact of a person's own stream, numbered like a project's. */
@Table({ tableName: 'feed_events', underscored: true, timestamps: false })
export class FeedEvent extends Model<InferAttributes<FeedEvent>, InferCreationAttributes<FeedEvent>> {
  @PrimaryKey
  @ForeignKey(() => UserFeed)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare userId: string;

  @PrimaryKey @Column({ type: DataType.INTEGER, allowNull: false }) declare seq: number;
  @Column({ type: DataType.STRING(36), allowNull: false }) declare id: string;
  @Column({ type: DataType.STRING(60), allowNull: false }) declare type: FeedEventType;

  @ForeignKey(() => Project)
  @Column({ type: DataType.STRING(36) })
  declare projectId: CreationOptional<string | null>;

  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36) }) declare ticketId: CreationOptional<string | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare actorId: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(120) }) declare actorName: CreationOptional<string | null>;

  @ForeignKey(() => Conversation)
  @Column({ type: DataType.STRING(36) })
  declare conversationId: CreationOptional<string | null>;

  @ForeignKey(() => Message) @Column({ type: DataType.STRING(36) }) declare messageId: CreationOptional<string | null>;

  /** Its message was deleted since. */
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare withdrawn: CreationOptional<boolean>;

  @Column({ type: DataType.JSON, allowNull: false }) declare payload: object;
  @Column({ type: DataType.DATE, allowNull: false }) declare at: Date;
}
