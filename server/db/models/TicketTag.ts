import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { Project } from './Project.js';
import { Tag } from './Tag.js';
import { Ticket } from './Ticket.js';

/** By what tickets are found; `Ticket.tags` says the same. */
@Table({ tableName: 'ticket_tags', underscored: true })
export class TicketTag extends Model<InferAttributes<TicketTag>, InferCreationAttributes<TicketTag>> {
  @PrimaryKey
  @ForeignKey(() => Tag)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare tagId: string;

  @PrimaryKey
  @ForeignKey(() => Ticket)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare ticketId: string;

  /** The ticket's; it follows when that is moved. */
  @ForeignKey(() => Project)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Tag, 'tagId') declare tag?: NonAttribute<Tag>;
  @BelongsTo(() => Ticket, 'ticketId') declare ticket?: NonAttribute<Ticket>;
  @BelongsTo(() => Project, 'projectId') declare project?: NonAttribute<Project>;
}
