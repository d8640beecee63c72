import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { Column, DataType, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';
import type { DeveloperSkill } from './DeveloperSkill.js';

@Table({ tableName: 'skills', underscored: true })
export class Skill extends Model<InferAttributes<Skill>, InferCreationAttributes<Skill>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare name: string;
  @Column({ type: DataType.JSON, allowNull: false, defaultValue: [] }) declare aliases: CreationOptional<string[]>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  declare developers?: NonAttribute<DeveloperSkill[]>;
}
