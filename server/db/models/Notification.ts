import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { NotificationKind } from '../../../contract/notification.js';
import { newId } from '../../kernel/ids.js';
import { Comment } from './Comment.js';
import { Message } from './Message.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';
import { Webhook } from './Webhook.js';
import { WorkflowRule } from './WorkflowRule.js';

@Table({ tableName: 'notifications', underscored: true })
export class Notification extends Model<InferAttributes<Notification>, InferCreationAttributes<Notification>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare kind: NotificationKind;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36) }) declare ticketId: CreationOptional<string | null>;

  @ForeignKey(() => Comment)
  @Column({ type: DataType.STRING(36) })
  declare commentId: CreationOptional<string | null>;

  @ForeignKey(() => Message)
  @Column({ type: DataType.STRING(36) })
  declare messageId: CreationOptional<string | null>;

  /** Null when the system itself acted. */
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare actorId: CreationOptional<string | null>;

  /** Of the event that caused it, in its project then. */
  @Column({ type: DataType.INTEGER }) declare seq: CreationOptional<number | null>;

  /** The due date that comes near: each is told once. */
  @Column({ type: DataType.DATEONLY }) declare dueOn: CreationOptional<string | null>;

  /** Of a rule: which, and what it says. */
  @ForeignKey(() => WorkflowRule)
  @Column({ type: DataType.STRING(36) })
  declare ruleId: CreationOptional<string | null>;

  @Column({ type: DataType.STRING(500) }) declare note: CreationOptional<string | null>;

  /** Of a webhook that was turned off. */
  @ForeignKey(() => Webhook)
  @Column({ type: DataType.STRING(36) })
  declare webhookId: CreationOptional<string | null>;

  /** Whether the person wanted to see it. One that nobody sees still says that it was thought of. */
  @Column({ type: DataType.BOOLEAN, allowNull: false }) declare inApp: boolean;

  @Column({ type: DataType.DATE }) declare readAt: CreationOptional<Date | null>;

  /** Whether it is still to be sent by e-mail. */
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare awaitsMail: CreationOptional<boolean>;

  /** The mail that it went into. */
  @Column({ type: DataType.STRING(36) }) declare mailId: CreationOptional<string | null>;

  /** When that was sent; null also when it was left out of it. */
  @Column({ type: DataType.DATE }) declare mailedAt: CreationOptional<Date | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
