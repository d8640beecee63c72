import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';

/** Bytes that are in the storage, once however many attachments have them; they lie there under the id. */
@Table({ tableName: 'stored_files', underscored: true })
export class StoredFile extends Model<InferAttributes<StoredFile>, InferCreationAttributes<StoredFile>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @Column({ type: DataType.STRING(64), allowNull: false }) declare sha256: string;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare size: number;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare contentType: string;

  /** Set when an attachment let go of it: the sweep then asks whether another one has it. */
  @Column({ type: DataType.DATE }) declare releasedAt: CreationOptional<Date | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
