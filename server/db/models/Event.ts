import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { Audience, ProjectEventType } from '../../../contract/event.js';
import { Conversation } from './Conversation.js';
import { Message } from './Message.js';
import { ProjectCounter } from './ProjectCounter.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';

/** A fact of a project's log, numbered 1, 2, 3 … without a gap. What it says never changes; who may still see it can (ADR 9). */
@Table({ tableName: 'events', underscored: true, timestamps: false })
export class Event extends Model<InferAttributes<Event>, InferCreationAttributes<Event>> {
  @PrimaryKey
  @ForeignKey(() => ProjectCounter)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  @PrimaryKey @Column({ type: DataType.INTEGER, allowNull: false }) declare seq: number;
  @Column({ type: DataType.STRING(36), allowNull: false }) declare id: string;
  @Column({ type: DataType.STRING(60), allowNull: false }) declare type: ProjectEventType;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare actorId: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(120) }) declare actorName: CreationOptional<string | null>;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36) }) declare ticketId: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare audience: Audience;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare reporterId: CreationOptional<string | null>;

  @ForeignKey(() => Conversation)
  @Column({ type: DataType.STRING(36) })
  declare conversationId: CreationOptional<string | null>;

  /** The private channel whose members alone are told. */
  @ForeignKey(() => Conversation)
  @Column({ type: DataType.STRING(36) })
  declare membersOf: CreationOptional<string | null>;

  @ForeignKey(() => Message) @Column({ type: DataType.STRING(36) }) declare messageId: CreationOptional<string | null>;

  /** Its ticket has left the project since, or its message was deleted. */
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare withdrawn: CreationOptional<boolean>;

  @Column({ type: DataType.JSON, allowNull: false }) declare payload: object;
  @Column({ type: DataType.DATE, allowNull: false }) declare at: Date;
}
