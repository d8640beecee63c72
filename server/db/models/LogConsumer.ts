import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, Model, PrimaryKey, Table } from 'sequelize-typescript';

/** Who reads the event log after commit: made when it first ran, and seen again while it runs. */
@Table({ tableName: 'log_consumers', underscored: true })
export class LogConsumer extends Model<InferAttributes<LogConsumer>, InferCreationAttributes<LogConsumer>> {
  @PrimaryKey @Column({ type: DataType.STRING(60), allowNull: false }) declare name: string;
  @Column({ type: DataType.DATE, allowNull: false }) declare seenAt: Date;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
