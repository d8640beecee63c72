import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { Ticket } from './Ticket.js';
import { User } from './User.js';

@Table({ tableName: 'ticket_watchers', underscored: true })
export class TicketWatcher extends Model<InferAttributes<TicketWatcher>, InferCreationAttributes<TicketWatcher>> {
  @PrimaryKey
  @ForeignKey(() => Ticket)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare ticketId: string;

  @PrimaryKey
  @ForeignKey(() => User)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare userId: string;

  /** The ticket whose merging brought them here; null for who came by themselves. */
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36) }) declare mergedFromId: CreationOptional<
    string | null
  >;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Ticket, 'ticketId') declare ticket?: NonAttribute<Ticket>;
  @BelongsTo(() => User, 'userId') declare user?: NonAttribute<User>;
}
