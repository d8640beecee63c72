import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { SlaKind } from '../../../contract/ticketSla.js';
import { SlaTerms } from './SlaTerms.js';
import { Ticket } from './Ticket.js';

/** A clock of a ticket, as `tickets.sla` has it, for those who look for clocks: what is to be told, and when. */
@Table({ tableName: 'ticket_slas', underscored: true })
export class TicketClock extends Model<InferAttributes<TicketClock>, InferCreationAttributes<TicketClock>> {
  @PrimaryKey
  @ForeignKey(() => Ticket)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare ticketId: string;

  @PrimaryKey @Column({ type: DataType.STRING(30), allowNull: false }) declare kind: SlaKind;
  @ForeignKey(() => SlaTerms) @Column({ type: DataType.STRING(36), allowNull: false }) declare termsId: string;
  @Column({ type: DataType.DATE, allowNull: false }) declare startedAt: Date;
  @Column({ type: DataType.DATE, allowNull: false }) declare warnAt: Date;
  @Column({ type: DataType.DATE, allowNull: false }) declare dueAt: Date;
  @Column({ type: DataType.DATE }) declare pausedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare stoppedAt: CreationOptional<Date | null>;
  /** Business time, in ms. */
  @Column({ type: DataType.DOUBLE, allowNull: false }) declare pausedMs: number;
  @Column({ type: DataType.DATE }) declare warnedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare breachedAt: CreationOptional<Date | null>;
  /** When the sweep has something to tell of it. Null: nothing, or its project is archived. */
  @Column({ type: DataType.DATE }) declare markAt: CreationOptional<Date | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Ticket, 'ticketId') declare ticket?: NonAttribute<Ticket>;
  @BelongsTo(() => SlaTerms, 'termsId') declare terms?: NonAttribute<SlaTerms>;
}
