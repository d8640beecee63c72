import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { runOutcomes } from '../../../contract/enums.js';
import type { ActionResult } from '../../../contract/rule.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { Ticket } from './Ticket.js';
import { WorkflowRule } from './WorkflowRule.js';

/** A rule that was set off and did something, or should have. */
@Table({ tableName: 'workflow_runs', underscored: true })
export class WorkflowRun extends Model<InferAttributes<WorkflowRun>, InferCreationAttributes<WorkflowRun>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  @ForeignKey(() => WorkflowRule) @Column({ type: DataType.STRING(36), allowNull: false }) declare ruleId: string;
  /** Null for a scheduled one. Events are forgotten before runs are. */
  @Column({ type: DataType.STRING(36) }) declare eventId: CreationOptional<string | null>;
  @Column({ type: DataType.INTEGER }) declare eventSeq: CreationOptional<number | null>;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36) }) declare ticketId: CreationOptional<string | null>;
  /** The event, or the scheduled run, that it goes back to. */
  @Column({ type: DataType.STRING(36), allowNull: false }) declare rootId: string;
  /** 1: set off by a person, or by its schedule. */
  @Column({ type: DataType.INTEGER, allowNull: false }) declare depth: number;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare outcome: (typeof runOutcomes)[number];
  /** How many of its actions were done. */
  @Column({ type: DataType.INTEGER, allowNull: false }) declare actionCount: number;
  @Column({ type: DataType.JSON, allowNull: false }) declare detail: ActionResult[];
  /** The events that it made. */
  @Column({ type: DataType.INTEGER }) declare firstSeq: CreationOptional<number | null>;
  @Column({ type: DataType.INTEGER }) declare lastSeq: CreationOptional<number | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
