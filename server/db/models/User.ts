import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { UserRole } from '../../../contract/user.js';
import { newId } from '../../kernel/ids.js';
import { Department } from './Department.js';
import type { ApiKey } from './ApiKey.js';
import type { Assignment } from './Assignment.js';
import type { ProjectMember } from './ProjectMember.js';
import type { RefreshToken } from './RefreshToken.js';

@Table({ tableName: 'users', underscored: true })
export class User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;

  /** Trimmed, NFC, lower case. */
  @Column({ type: DataType.STRING(254), allowNull: false }) declare email: string;

  @Column({ type: DataType.STRING(39) }) declare username: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare name: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare role: UserRole;
  @Column({ type: DataType.STRING(255), allowNull: false }) declare passwordHash: string;
  @Column({ type: DataType.STRING(120) }) declare title: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(500) }) declare avatarUrl: CreationOptional<string | null>;

  @ForeignKey(() => Department)
  @Column({ type: DataType.STRING(36) })
  declare departmentId: CreationOptional<string | null>;

  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: true }) declare active: CreationOptional<boolean>;

  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare mustChangePassword: CreationOptional<boolean>;

  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false })
  declare isDemo: CreationOptional<boolean>;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Department, 'departmentId') declare department?: NonAttribute<Department>;
  declare memberships?: NonAttribute<ProjectMember[]>;
  declare refreshTokens?: NonAttribute<RefreshToken[]>;
  declare apiKeys?: NonAttribute<ApiKey[]>;
  declare assignments?: NonAttribute<Assignment[]>;
}
