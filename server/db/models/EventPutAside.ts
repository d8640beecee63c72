import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { putAsideReasons } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { LogConsumer } from './LogConsumer.js';
import { Project } from './Project.js';

/** Events that a consumer went on without: one that failed again and again, or some that were forgotten before it came to them. */
@Table({ tableName: 'events_put_aside', underscored: true })
export class EventPutAside extends Model<InferAttributes<EventPutAside>, InferCreationAttributes<EventPutAside>> {
  @PrimaryKey
  @Column({ type: DataType.STRING(36), allowNull: false, defaultValue: newId })
  declare id: CreationOptional<string>;

  @ForeignKey(() => LogConsumer) @Column({ type: DataType.STRING(60), allowNull: false }) declare consumer: string;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36), allowNull: false }) declare projectId: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare why: (typeof putAsideReasons)[number];
  @Column({ type: DataType.INTEGER, allowNull: false }) declare firstSeq: number;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare lastSeq: number;
  @Column({ type: DataType.STRING(1000), allowNull: false }) declare error: string;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
