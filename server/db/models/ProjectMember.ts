import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { ProjectRole } from '../../../contract/project.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { User } from './User.js';

@Table({ tableName: 'project_members', underscored: true })
export class ProjectMember extends Model<InferAttributes<ProjectMember>, InferCreationAttributes<ProjectMember>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare role: ProjectRole;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Project, 'projectId') declare project?: NonAttribute<Project>;
  @BelongsTo(() => User, 'userId') declare user?: NonAttribute<User>;
}
