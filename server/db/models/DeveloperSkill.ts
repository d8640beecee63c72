import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';
import { Developer } from './Developer.js';
import { Skill } from './Skill.js';

@Table({ tableName: 'developer_skills', underscored: true })
export class DeveloperSkill extends Model<InferAttributes<DeveloperSkill>, InferCreationAttributes<DeveloperSkill>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Developer) @Column({ type: DataType.STRING(36), allowNull: false }) declare developerId: string;
  @ForeignKey(() => Skill) @Column({ type: DataType.STRING(36), allowNull: false }) declare skillId: string;

  /** 1 knows of it … 5 teaches it. */
  @Column({ type: DataType.INTEGER, allowNull: false }) declare level: number;

  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Developer, 'developerId') declare developer?: NonAttribute<Developer>;
  @BelongsTo(() => Skill, 'skillId') declare skill?: NonAttribute<Skill>;
}
