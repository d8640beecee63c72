import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';
import { User } from './User.js';

@Table({ tableName: 'refresh_tokens', underscored: true })
export class RefreshToken extends Model<InferAttributes<RefreshToken>, InferCreationAttributes<RefreshToken>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @Column({ type: DataType.STRING(128), allowNull: false }) declare tokenHash: string;

  /** The session: one sign-in and every token that followed from it. */
  @Column({ type: DataType.STRING(36), allowNull: false }) declare familyId: string;

  @Column({ type: DataType.DATE, allowNull: false }) declare expiresAt: Date;
  @Column({ type: DataType.DATE }) declare usedAt: CreationOptional<Date | null>;
  @Column({ type: DataType.DATE }) declare revokedAt: CreationOptional<Date | null>;

  @ForeignKey(() => RefreshToken)
  @Column({ type: DataType.STRING(36) })
  declare replacedById: CreationOptional<string | null>;

  @Column({ type: DataType.STRING(500) }) declare userAgent: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(64) }) declare ip: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => User, 'userId') declare user?: NonAttribute<User>;
}
