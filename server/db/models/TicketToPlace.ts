import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { placingCauses } from '../../../contract/enums.js';
import { Project } from './Project.js';
import { Ticket } from './Ticket.js';

/** A ticket that the system is to find somebody for. Once it was planned its row is gone. */
@Table({ tableName: 'tickets_to_place', underscored: true })
export class TicketToPlace extends Model<InferAttributes<TicketToPlace>, InferCreationAttributes<TicketToPlace>> {
  @PrimaryKey
  @ForeignKey(() => Ticket)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare ticketId: string;

  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare cause: (typeof placingCauses)[number];
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare attempts: CreationOptional<number>;

  /** When somebody may try, or try again: also the end of the lease of who is trying. */
  @Column({ type: DataType.DATE, allowNull: false }) declare dueAt: Date;

  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
