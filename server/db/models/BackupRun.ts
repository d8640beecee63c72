import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';

export const backupOutcomes = ['RUNNING', 'DONE', 'FAILED'] as const;

/** A backup that a server made, or makes, by itself. */
@Table({ tableName: 'backup_runs', underscored: true, timestamps: false })
export class BackupRun extends Model<InferAttributes<BackupRun>, InferCreationAttributes<BackupRun>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare outcome: (typeof backupOutcomes)[number];
  @Column({ type: DataType.DATE, allowNull: false }) declare startedAt: Date;

  /** Moves while it is being made: what stands still has died. */
  @Column({ type: DataType.DATE, allowNull: false }) declare seenAt: Date;
  @Column({ type: DataType.DATE }) declare endedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.STRING(255), allowNull: false }) declare file: string;
  @Column({ type: DataType.DOUBLE }) declare bytes: CreationOptional<number | null>;
  @Column({ type: DataType.INTEGER }) declare rowCount: CreationOptional<number | null>;
  @Column({ type: DataType.STRING(500) }) declare detail: CreationOptional<string | null>;
}
