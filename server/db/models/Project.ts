import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { autoAssigns, awayPolicies, projectStatuses } from '../../../contract/project.js';
import { newId } from '../../kernel/ids.js';
import { User } from './User.js';
import type { ProjectMember } from './ProjectMember.js';
import type { Ticket } from './Ticket.js';

@Table({ tableName: 'projects', underscored: true })
export class Project extends Model<InferAttributes<Project>, InferCreationAttributes<Project>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @Column({ type: DataType.STRING(10), allowNull: false }) declare key: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare name: string;
  @Column({ type: DataType.TEXT, allowNull: false, defaultValue: '' }) declare description: CreationOptional<string>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare ownerId: string;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'ACTIVE' })
  declare status: CreationOptional<(typeof projectStatuses)[number]>;

  @Column({ type: DataType.DATEONLY }) declare startDate: CreationOptional<string | null>;
  @Column({ type: DataType.DATEONLY }) declare endDate: CreationOptional<string | null>;

  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare isArchived: CreationOptional<boolean>;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'KEEP' })
  declare awayPolicy: CreationOptional<(typeof awayPolicies)[number]>;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'OFF' })
  declare autoAssign: CreationOptional<(typeof autoAssigns)[number]>;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => User, 'ownerId') declare owner?: NonAttribute<User>;
  declare members?: NonAttribute<ProjectMember[]>;
  declare tickets?: NonAttribute<Ticket[]>;
}
