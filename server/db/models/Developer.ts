import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';
import { User } from './User.js';
import type { DeveloperSkill } from './DeveloperSkill.js';

@Table({ tableName: 'developers', underscored: true })
export class Developer extends Model<InferAttributes<Developer>, InferCreationAttributes<Developer>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare name: string;
  @Column({ type: DataType.STRING(120) }) declare title: CreationOptional<string | null>;

  @Column({ type: DataType.DOUBLE, allowNull: false, defaultValue: 0 })
  declare experienceYears: CreationOptional<number>;

  /** The share of their time that is for this work, 0 to 1. */
  @Column({ type: DataType.DOUBLE, allowNull: false, defaultValue: 1 })
  declare availability: CreationOptional<number>;

  /** Story points per period. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 40 }) declare capacity: CreationOptional<number>;

  /** Story points of the active assignments of unfinished tickets; changed in the transaction that changes those. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 })
  declare currentWorkload: CreationOptional<number>;

  @Column({ type: DataType.STRING(64), allowNull: false, defaultValue: 'UTC' })
  declare timezone: CreationOptional<string>;

  @Column({ type: DataType.DATE }) declare outOfOfficeFrom: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare outOfOfficeTo: CreationOptional<Date | null>;

  /** Since when the system knows that this absence has begun; null: not away, or not noticed yet. */
  @Column({ type: DataType.DATE }) declare absenceSince: CreationOptional<Date | null>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => User, 'userId') declare user?: NonAttribute<User>;
  declare skills?: NonAttribute<DeveloperSkill[]>;
}
