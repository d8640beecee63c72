import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';
import { ValidationSession } from './ValidationSession.js';

/** What both systems answered in one scenario, as JSON text. */
@Table({ tableName: 'behavioral_test_results', underscored: true })
export class BehavioralTestResult extends Model<
  InferAttributes<BehavioralTestResult>,
  InferCreationAttributes<BehavioralTestResult>
> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => ValidationSession)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare sessionId: string;
  @Column({ type: DataType.STRING(500), allowNull: false }) declare scenario: string;
  @Column({ type: DataType.TEXT, allowNull: false }) declare expected: string;
  @Column({ type: DataType.TEXT, allowNull: false }) declare actual: string;
  @Column({ type: DataType.BOOLEAN, allowNull: false }) declare passed: boolean;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare durationMs: number;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
