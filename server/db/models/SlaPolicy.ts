import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { categories, Priority } from '../../../contract/ticket.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { User } from './User.js';

@Table({ tableName: 'sla_policies', underscored: true })
export class SlaPolicy extends Model<InferAttributes<SlaPolicy>, InferCreationAttributes<SlaPolicy>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare name: string;
  /** Null: all of them. */
  @Column({ type: DataType.JSON }) declare priorities: CreationOptional<Priority[] | null>;
  @Column({ type: DataType.JSON }) declare categories: CreationOptional<(typeof categories)[number][] | null>;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare position: number;
  @Column({ type: DataType.BOOLEAN, allowNull: false }) declare active: boolean;
  /** Which of its terms hold for clocks that begin now. */
  @Column({ type: DataType.INTEGER, allowNull: false }) declare termsNo: number;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  @Column({ type: DataType.DATE }) declare deletedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare deletedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(1000) }) declare deleteReason: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Project, 'projectId') declare project?: NonAttribute<Project>;
}
