import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';

/** What sessions that were made on a day came to, kept by the transactions that change them. `fidelitySum`: of `scored` sessions, in billionths. */
@Table({ tableName: 'validation_metrics', underscored: true })
export class ValidationMetric extends Model<
  InferAttributes<ValidationMetric>,
  InferCreationAttributes<ValidationMetric>
> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36) }) declare projectId: CreationOptional<string | null>;
  @Column({ type: DataType.DATEONLY, allowNull: false }) declare day: string;
  @Column({ type: DataType.STRING(360), allowNull: false }) declare sourceKey: string;
  @Column({ type: DataType.STRING(360), allowNull: false }) declare targetKey: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare sourceTechnology: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare targetTechnology: string;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare sessions: number;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare scored: number;
  @Column({ type: DataType.DOUBLE, allowNull: false }) declare fidelitySum: number;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nLow: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nMedium: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nHigh: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nCritical: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare tests: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare testsPassed: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
