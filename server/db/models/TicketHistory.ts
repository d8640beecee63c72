import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';
import { ProjectCounter } from './ProjectCounter.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';

@Table({ tableName: 'ticket_history', underscored: true })
export class TicketHistory extends Model<InferAttributes<TicketHistory>, InferCreationAttributes<TicketHistory>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36), allowNull: false }) declare ticketId: string;

  @ForeignKey(() => ProjectCounter)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  /** The ticket version that the change made. */
  @Column({ type: DataType.INTEGER, allowNull: false }) declare version: number;

  @Column({ type: DataType.INTEGER, allowNull: false }) declare seq: number;
  @Column({ type: DataType.STRING(40), allowNull: false }) declare action: string;
  @Column({ type: DataType.STRING(60) }) declare field: CreationOptional<string | null>;
  @Column({ type: DataType.TEXT }) declare oldValue: CreationOptional<string | null>;
  @Column({ type: DataType.TEXT }) declare newValue: CreationOptional<string | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare changedBy: CreationOptional<string | null>;
  /** Who it was when it was no person: a rule, by its name. */
  @Column({ type: DataType.STRING(120) }) declare changedByLabel: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Ticket, 'ticketId') declare ticket?: NonAttribute<Ticket>;
  @BelongsTo(() => User, 'changedBy') declare changer?: NonAttribute<User>;
}
