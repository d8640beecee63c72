import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { validationResultKinds, validationResultStatuses } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { ValidationSession } from './ValidationSession.js';

/** One comparison within a session. */
@Table({ tableName: 'validation_results', underscored: true })
export class ValidationResult extends Model<
  InferAttributes<ValidationResult>,
  InferCreationAttributes<ValidationResult>
> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => ValidationSession)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare sessionId: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare kind: (typeof validationResultKinds)[number];
  @Column({ type: DataType.STRING(30), allowNull: false }) declare status: (typeof validationResultStatuses)[number];
  @Column({ type: DataType.INTEGER, allowNull: false }) declare compared: number;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare matched: number;
  @Column({ type: DataType.DOUBLE }) declare fidelityScore: CreationOptional<number | null>;
  @Column({ type: DataType.JSON, allowNull: false }) declare details: Readonly<Record<string, unknown>>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
