import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { validationStatuses } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { User } from './User.js';

/** A comparison of two systems. Counters are those of its results, of the discrepancies it found first, and of its tests. */
@Table({ tableName: 'validation_sessions', underscored: true })
export class ValidationSession extends Model<
  InferAttributes<ValidationSession>,
  InferCreationAttributes<ValidationSession>
> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare name: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare sourceTechnology: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare targetTechnology: string;

  /** As technologies are compared. */
  @Column({ type: DataType.STRING(360), allowNull: false }) declare sourceKey: string;
  @Column({ type: DataType.STRING(360), allowNull: false }) declare targetKey: string;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'PENDING' }) declare status: CreationOptional<
    (typeof validationStatuses)[number]
  >;
  @Column({ type: DataType.JSON, allowNull: false }) declare request: Readonly<Record<string, unknown>>;
  @Column({ type: DataType.JSON }) declare response: CreationOptional<Readonly<Record<string, unknown>> | null>;
  @Column({ type: DataType.JSON, allowNull: false }) declare metadata: Readonly<Record<string, unknown>>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare progress: CreationOptional<number>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare ownerId: CreationOptional<string | null>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36) }) declare projectId: CreationOptional<string | null>;
  @Column({ type: DataType.DOUBLE, allowNull: false, defaultValue: 0 }) declare compared: CreationOptional<number>;
  @Column({ type: DataType.DOUBLE, allowNull: false, defaultValue: 0 }) declare matched: CreationOptional<number>;
  @Column({ type: DataType.DOUBLE }) declare fidelityScore: CreationOptional<number | null>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nLow: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nMedium: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nHigh: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare nCritical: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare tests: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare testsPassed: CreationOptional<number>;

  /** Number of the last line of its log. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare logSeq: CreationOptional<number>;

  @Column({ type: DataType.DATE }) declare startedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare finishedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare archivedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  @Column({ type: DataType.DATE }) declare deletedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare deletedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(1000) }) declare deleteReason: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
