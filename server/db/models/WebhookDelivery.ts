import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { deliveryStatuses } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { Ticket } from './Ticket.js';
import { Webhook } from './Webhook.js';

/** One thing that one webhook is told: its id is the same at each attempt, and so are the bytes. */
@Table({ tableName: 'webhook_deliveries', underscored: true })
export class WebhookDelivery extends Model<InferAttributes<WebhookDelivery>, InferCreationAttributes<WebhookDelivery>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Webhook) @Column({ type: DataType.STRING(36), allowNull: false }) declare webhookId: string;
  /** What would be the same thing again is not sent again. */
  @Column({ type: DataType.STRING(200), allowNull: false }) declare dedupeKey: string;
  @Column({ type: DataType.STRING(36), allowNull: false }) declare eventId: string;
  @Column({ type: DataType.STRING(60), allowNull: false }) declare eventType: string;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare seq: number;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36) }) declare ticketId: CreationOptional<string | null>;
  /** What shares it is sent one after the other, by `seq`. */
  @Column({ type: DataType.STRING(36), allowNull: false }) declare lane: string;
  @Column({ type: DataType.TEXT, allowNull: false }) declare body: string;
  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'PENDING' }) declare status: CreationOptional<
    (typeof deliveryStatuses)[number]
  >;
  /** Since it was asked for. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare attempts: CreationOptional<number>;
  /** Then it is given up. */
  @Column({ type: DataType.DATE, allowNull: false }) declare expiresAt: Date;
  /** This and what follows: of the last attempt. */
  @Column({ type: DataType.DATE }) declare attemptedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.INTEGER }) declare responseStatus: CreationOptional<number | null>;
  @Column({ type: DataType.JSON }) declare responseHeaders: CreationOptional<Record<string, string> | null>;
  @Column({ type: DataType.TEXT }) declare responseBody: CreationOptional<string | null>;
  @Column({ type: DataType.INTEGER }) declare durationMs: CreationOptional<number | null>;
  @Column({ type: DataType.STRING(500) }) declare error: CreationOptional<string | null>;
  @Column({ type: DataType.DATE }) declare finishedAt: CreationOptional<Date | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
