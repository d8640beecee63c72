import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { SlaCalendar } from '../../../contract/sla.js';
import { newId } from '../../kernel/ids.js';
import { SlaPolicy } from './SlaPolicy.js';

/** What clocks run by. */
export type PolicyTerms = Pick<
  InferAttributes<SlaTerms>,
  'firstResponseMinutes' | 'resolveMinutes' | 'warnFraction' | 'calendar'
>;

/** What a policy promises, or promised once: never changed, so that clocks keep what they began with. */
@Table({ tableName: 'sla_terms', underscored: true })
export class SlaTerms extends Model<InferAttributes<SlaTerms>, InferCreationAttributes<SlaTerms>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => SlaPolicy) @Column({ type: DataType.STRING(36), allowNull: false }) declare policyId: string;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare no: number;
  @Column({ type: DataType.INTEGER }) declare firstResponseMinutes: CreationOptional<number | null>;
  @Column({ type: DataType.INTEGER }) declare resolveMinutes: CreationOptional<number | null>;
  @Column({ type: DataType.DOUBLE, allowNull: false }) declare warnFraction: number;
  @Column({ type: DataType.JSON, allowNull: false }) declare calendar: SlaCalendar;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => SlaPolicy, 'policyId') declare policy?: NonAttribute<SlaPolicy>;
}
