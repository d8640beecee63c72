import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { IncomingWebhook } from './IncomingWebhook.js';
import { Ticket } from './Ticket.js';

/** An issue, or a comment, of another system as it was there when it last told of it. */
@Table({ tableName: 'incoming_items', underscored: true })
export class IncomingItem extends Model<InferAttributes<IncomingItem>, InferCreationAttributes<IncomingItem>> {
  @PrimaryKey
  @ForeignKey(() => IncomingWebhook)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare incomingWebhookId: string;

  @PrimaryKey @Column({ type: DataType.STRING(255), allowNull: false }) declare externalId: string;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36) }) declare ticketId: CreationOptional<string | null>;
  /** By the other system's clock: what was so before came late. */
  @Column({ type: DataType.DATE, allowNull: false }) declare remoteAt: Date;
  @Column({ type: DataType.JSON, allowNull: false }) declare remote: object;
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false }) declare isGone: CreationOptional<boolean>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
