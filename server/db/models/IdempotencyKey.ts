import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { JsonValue } from '../../../contract/errors.js';
import { User } from './User.js';

/** The first reply to a mutation, written in the transaction that made it. */
@Table({ tableName: 'idempotency_keys', underscored: true, timestamps: false })
export class IdempotencyKey extends Model<InferAttributes<IdempotencyKey>, InferCreationAttributes<IdempotencyKey>> {
  @PrimaryKey @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @PrimaryKey @Column({ type: DataType.STRING(255), allowNull: false }) declare key: string;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare procedure: string;
  @Column({ type: DataType.STRING(128), allowNull: false }) declare requestHash: string;
  @Column({ type: DataType.JSON }) declare reply: CreationOptional<JsonValue | null>;
  @Column({ type: DataType.DATE, allowNull: false }) declare createdAt: Date;
}
