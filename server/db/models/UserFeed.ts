import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { User } from './User.js';

/** The last number given in a person's own stream. */
@Table({ tableName: 'user_feeds', underscored: true, timestamps: false })
export class UserFeed extends Model<InferAttributes<UserFeed>, InferCreationAttributes<UserFeed>> {
  @PrimaryKey @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare feedSeq: CreationOptional<number>;

  /** The oldest event still kept. */
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare feedMinSeq: CreationOptional<number>;
}
