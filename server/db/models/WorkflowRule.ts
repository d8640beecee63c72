import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { RuleAction, RuleTrigger } from '../../../contract/rule.js';
import type { RuleConditions } from '../../../contract/ruleCondition.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { User } from './User.js';

@Table({ tableName: 'workflow_rules', underscored: true })
export class WorkflowRule extends Model<InferAttributes<WorkflowRule>, InferCreationAttributes<WorkflowRule>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  @Column({ type: DataType.STRING(100), allowNull: false }) declare name: string;
  @Column({ type: DataType.TEXT, allowNull: false }) declare description: string;
  @Column({ type: DataType.JSON, allowNull: false }) declare trigger: RuleTrigger;
  @Column({ type: DataType.JSON, allowNull: false }) declare conditions: RuleConditions;
  @Column({ type: DataType.JSON, allowNull: false }) declare actions: RuleAction[];
  @Column({ type: DataType.BOOLEAN, allowNull: false }) declare active: boolean;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare position: number;
  /** The event by which it was made, or made active: those up to it are not meant for it. */
  @Column({ type: DataType.INTEGER, allowNull: false }) declare sinceSeq: number;
  /** Who saved it last. */
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare ownerId: string;
  /** Of an active one with a schedule. */
  @Column({ type: DataType.DATE }) declare nextRunAt: CreationOptional<Date | null>;
  /** Whom it gave a ticket last, for those that go round. */
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare lastAssigneeId: CreationOptional<
    string | null
  >;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  @Column({ type: DataType.DATE }) declare deletedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare deletedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(1000) }) declare deleteReason: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
