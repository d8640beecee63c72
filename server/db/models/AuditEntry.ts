import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { AuditAction, AuditEntity } from '../../../contract/audit.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { User } from './User.js';

/** Values by the names of their fields. */
type Fields = Readonly<Record<string, unknown>>;

/** A line of the audit log: who changed what, how it was and how it is. Never changed. */
@Table({ tableName: 'audit_log', underscored: true, timestamps: false })
export class AuditEntry extends Model<InferAttributes<AuditEntry>, InferCreationAttributes<AuditEntry>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @Column({ type: DataType.DATE, allowNull: false }) declare at: Date;

  /** Null when the system itself acted. */
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare actorId: CreationOptional<string | null>;

  /** As it was then. */
  @Column({ type: DataType.STRING(120), allowNull: false }) declare actorName: string;

  /** The sign-in or API key (`key:<id>`) by which the call came. */
  @Column({ type: DataType.STRING(40) }) declare sessionId: CreationOptional<string | null>;

  @Column({ type: DataType.STRING(120), allowNull: false }) declare procedure: string;
  @Column({ type: DataType.STRING(30), allowNull: false }) declare entity: AuditEntity;
  @Column({ type: DataType.STRING(36), allowNull: false }) declare entityId: string;

  @ForeignKey(() => Project)
  @Column({ type: DataType.STRING(36) })
  declare projectId: CreationOptional<string | null>;

  @Column({ type: DataType.STRING(30), allowNull: false }) declare action: AuditAction;
  @Column({ type: DataType.JSON }) declare before: CreationOptional<Fields | null>;
  @Column({ type: DataType.JSON }) declare after: CreationOptional<Fields | null>;
}
