import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { ProjectCounter } from './ProjectCounter.js';

export const dailyMeasures = ['CREATED', 'DUE', 'RESOLVED', 'CLOSED', 'RESPONSE_TIME', 'RESOLUTION_TIME'] as const;
export type DailyMeasure = (typeof dailyMeasures)[number];

/**
 * How many tickets of a project were created, resolved or closed on a UTC day, or are due then and unfinished, deleted ones not counted.
 * Times are counted by `bucket` of `durationBuckets.ts` on the day they ended; other measures have only bucket 0.
 */
@Table({ tableName: 'daily_stats', underscored: true, timestamps: false })
export class DailyStat extends Model<InferAttributes<DailyStat>, InferCreationAttributes<DailyStat>> {
  @PrimaryKey
  @ForeignKey(() => ProjectCounter)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare projectId: string;

  @PrimaryKey
  @Column({ type: DataType.STRING(30), allowNull: false })
  declare measure: DailyMeasure;

  @PrimaryKey @Column({ type: DataType.DATEONLY, allowNull: false }) declare day: string;
  @PrimaryKey
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 })
  declare bucket: CreationOptional<number>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 0 }) declare n: CreationOptional<number>;

  @BelongsTo(() => ProjectCounter, 'projectId') declare counter?: NonAttribute<ProjectCounter>;
}
