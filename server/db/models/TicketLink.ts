import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { LinkType } from '../../../contract/link.js';
import type { TicketStatus } from '../../../contract/ticket.js';
import { newId } from '../../kernel/ids.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';

/** What a merge changed: the status of the ticket that was merged, and the tags that the other one got by it. */
export interface MergeUndo {
  readonly status: TicketStatus;
  readonly tags: readonly string[];
}

@Table({ tableName: 'ticket_links', underscored: true })
export class TicketLink extends Model<InferAttributes<TicketLink>, InferCreationAttributes<TicketLink>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;

  /** The one that blocks, duplicates, was split off or merged. Of two that relate, the one whose id sorts first. */
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36), allowNull: false }) declare fromId: string;

  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36), allowNull: false }) declare toId: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare type: LinkType;
  @Column({ type: DataType.JSON }) declare undo: CreationOptional<MergeUndo | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare createdBy: string;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Ticket, 'fromId') declare from?: NonAttribute<Ticket>;
  @BelongsTo(() => Ticket, 'toId') declare to?: NonAttribute<Ticket>;
  @BelongsTo(() => User, 'createdBy') declare creator?: NonAttribute<User>;
}
