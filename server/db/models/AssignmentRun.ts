import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { PlanObjective, PlanOutcome, PlanStrategy, UnplacedTicket } from '../../../contract/plan.js';
import type { ProposeFilters } from '../../../contract/proposal.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { User } from './User.js';

/** One plan for tickets of a project, as it was made. */
@Table({ tableName: 'assignment_runs', underscored: true })
export class AssignmentRun extends Model<InferAttributes<AssignmentRun>, InferCreationAttributes<AssignmentRun>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare strategy: PlanStrategy;
  @Column({ type: DataType.STRING(64), allowNull: false }) declare inputHash: string;
  @Column({ type: DataType.STRING(60), allowNull: false }) declare solver: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare outcome: PlanOutcome;
  @Column({ type: DataType.JSON, allowNull: false }) declare objective: PlanObjective;
  @Column({ type: DataType.DOUBLE }) declare gap: CreationOptional<number | null>;

  /** Of the last event of the project that the plan knew of. */
  @Column({ type: DataType.INTEGER, allowNull: false }) declare seq: number;

  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare requestedBy: CreationOptional<string | null>;
  @Column({ type: DataType.JSON, allowNull: false }) declare filters: ProposeFilters;
  @Column({ type: DataType.JSON, allowNull: false }) declare unplaced: readonly UnplacedTicket[];
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
