import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { apiKeyScopes } from '../../../contract/auth.js';
import { newId } from '../../kernel/ids.js';
import { User } from './User.js';

@Table({ tableName: 'api_keys', underscored: true })
export class ApiKey extends Model<InferAttributes<ApiKey>, InferCreationAttributes<ApiKey>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare name: string;
  @Column({ type: DataType.STRING(32), allowNull: false }) declare prefix: string;
  @Column({ type: DataType.STRING(128), allowNull: false }) declare keyHash: string;
  @Column({ type: DataType.JSON, allowNull: false }) declare scopes: (typeof apiKeyScopes)[number][];
  @Column({ type: DataType.DATE }) declare expiresAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare lastUsedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare revokedAt: CreationOptional<Date | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => User, 'userId') declare user?: NonAttribute<User>;
}
