import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { customFieldKinds } from '../../../contract/customField.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';

@Table({ tableName: 'custom_fields', underscored: true })
export class CustomField extends Model<InferAttributes<CustomField>, InferCreationAttributes<CustomField>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  @Column({ type: DataType.STRING(40), allowNull: false }) declare key: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare label: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare kind: (typeof customFieldKinds)[number];
  @Column({ type: DataType.JSON, allowNull: false, defaultValue: [] }) declare options: CreationOptional<string[]>;

  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare required: CreationOptional<boolean>;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare position: CreationOptional<number>;
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: true }) declare active: CreationOptional<boolean>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Project, 'projectId') declare project?: NonAttribute<Project>;
}
