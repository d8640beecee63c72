import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { ProposalExplanation } from '../../../contract/plan.js';
import type { proposalStates } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { AssignmentRun } from './AssignmentRun.js';
import { Developer } from './Developer.js';
import { Project } from './Project.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';

/** Who should have a ticket by a run. A rejected one is remembered: this pair is not proposed again. */
@Table({ tableName: 'assignment_proposals', underscored: true })
export class AssignmentProposal extends Model<
  InferAttributes<AssignmentProposal>,
  InferCreationAttributes<AssignmentProposal>
> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => AssignmentRun) @Column({ type: DataType.STRING(36), allowNull: false }) declare runId: string;

  /** Of the ticket when it was proposed. */
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;

  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36), allowNull: false }) declare ticketId: string;
  @ForeignKey(() => Developer) @Column({ type: DataType.STRING(36), allowNull: false }) declare developerId: string;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare rank: number;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare score: number;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'PROPOSED' })
  declare state: CreationOptional<(typeof proposalStates)[number]>;

  @Column({ type: DataType.INTEGER, allowNull: false }) declare ticketVersion: number;
  @Column({ type: DataType.JSON, allowNull: false }) declare explanation: ProposalExplanation;
  @Column({ type: DataType.STRING(1000), allowNull: false }) declare reason: string;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare decidedBy: CreationOptional<string | null>;
  @Column({ type: DataType.DATE }) declare decidedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.STRING(1000) }) declare decisionReason: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
