import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { Project } from './Project.js';

/** A project whose unfinished tickets are being given the terms that hold now. Once it is done its row is gone. */
@Table({ tableName: 'sla_reapplying', underscored: true })
export class SlaReapplying extends Model<InferAttributes<SlaReapplying>, InferCreationAttributes<SlaReapplying>> {
  @PrimaryKey
  @ForeignKey(() => Project)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  /** Tickets up to this number have been seen to. */
  @Column({ type: DataType.INTEGER, allowNull: false }) declare afterNo: number;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
