import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { User } from './User.js';

/** A mail that is on its way to a person: one at most. Once it was sent, or given up, its row is gone. */
@Table({ tableName: 'mails', underscored: true })
export class Mail extends Model<InferAttributes<Mail>, InferCreationAttributes<Mail>> {
  @PrimaryKey @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;

  /** The id of the first notification in it; names the mail in its Message-ID. */
  @Column({ type: DataType.STRING(36), allowNull: false }) declare mailId: string;

  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare attempts: CreationOptional<number>;

  /** When somebody may try, or try again: also the end of the lease of who is trying. */
  @Column({ type: DataType.DATE, allowNull: false }) declare dueAt: Date;

  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
