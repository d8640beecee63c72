import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { Webhook } from './Webhook.js';

/** What waits for one webhook and is sent one after the other: the events of a ticket. Gone when nothing waits. */
@Table({ tableName: 'webhook_lanes', underscored: true })
export class WebhookLane extends Model<InferAttributes<WebhookLane>, InferCreationAttributes<WebhookLane>> {
  @PrimaryKey
  @ForeignKey(() => Webhook)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare webhookId: string;

  @PrimaryKey @Column({ type: DataType.STRING(36), allowNull: false }) declare lane: string;

  /** When somebody may try, or try again: also the end of the lease of who is trying. */
  @Column({ type: DataType.DATE, allowNull: false }) declare dueAt: Date;
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare isLeased: CreationOptional<boolean>;

  /** Tells the lease of one who tries from that of another. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare claims: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
