import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { incomingOutcomes } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { IncomingWebhook } from './IncomingWebhook.js';
import { Ticket } from './Ticket.js';

/** What an incoming webhook was told, and what became of it. */
@Table({ tableName: 'incoming_deliveries', underscored: true })
export class IncomingDelivery extends Model<
  InferAttributes<IncomingDelivery>,
  InferCreationAttributes<IncomingDelivery>
> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => IncomingWebhook)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare incomingWebhookId: string;

  /** The sender's own name for it: what comes again under it does nothing again. */
  @Column({ type: DataType.STRING(100), allowNull: false }) declare deliveryKey: string;
  @Column({ type: DataType.STRING(60), allowNull: false }) declare event: string;
  @Column({ type: DataType.STRING(60) }) declare action: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare outcome: (typeof incomingOutcomes)[number];
  @Column({ type: DataType.STRING(500) }) declare reason: CreationOptional<string | null>;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36) }) declare ticketId: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
