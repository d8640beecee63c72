import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { discrepancyStatuses, discrepancyTypes, severities } from '../../../contract/enums.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';
import { ValidationResult } from './ValidationResult.js';
import { ValidationSession } from './ValidationSession.js';

/** A difference, once for all times that it was found. `expected` and `actual` are JSON as text: a value of any type. */
@Table({ tableName: 'discrepancies', underscored: true })
export class Discrepancy extends Model<InferAttributes<Discrepancy>, InferCreationAttributes<Discrepancy>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => ValidationSession)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare sessionId: string;
  @ForeignKey(() => ValidationSession)
  @Column({ type: DataType.STRING(36), allowNull: false })
  declare lastSessionId: string;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36) }) declare projectId: CreationOptional<string | null>;
  @ForeignKey(() => ValidationResult) @Column({ type: DataType.STRING(36) }) declare resultId: CreationOptional<
    string | null
  >;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare type: (typeof discrepancyTypes)[number];
  @Column({ type: DataType.STRING(30), allowNull: false }) declare severity: (typeof severities)[number];
  @Column({ type: DataType.STRING(1000), allowNull: false }) declare sourcePath: string;
  @Column({ type: DataType.STRING(1000), allowNull: false }) declare targetPath: string;
  @Column({ type: DataType.TEXT, allowNull: false }) declare expected: string;
  @Column({ type: DataType.TEXT, allowNull: false }) declare actual: string;
  @Column({ type: DataType.STRING(64), allowNull: false }) declare fingerprint: string;
  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'OPEN' }) declare status: CreationOptional<
    (typeof discrepancyStatuses)[number]
  >;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36) }) declare ticketId: CreationOptional<string | null>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare seen: CreationOptional<number>;
  @Column({ type: DataType.DATEONLY, allowNull: false }) declare foundOn: string;
  @Column({ type: DataType.DATE, allowNull: false }) declare lastSeenAt: Date;
  @Column({ type: DataType.DATEONLY }) declare decidedOn: CreationOptional<string | null>;
  @Column({ type: DataType.DATE }) declare decidedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare decidedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(1000) }) declare reason: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
