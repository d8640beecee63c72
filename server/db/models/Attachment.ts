import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { attachmentStates } from '../../../contract/attachment.js';
import { newId } from '../../kernel/ids.js';
import { Comment } from './Comment.js';
import { StoredFile } from './StoredFile.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';

@Table({ tableName: 'attachments', underscored: true })
export class Attachment extends Model<InferAttributes<Attachment>, InferCreationAttributes<Attachment>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36), allowNull: false }) declare ticketId: string;
  @ForeignKey(() => Comment) @Column({ type: DataType.STRING(36) }) declare commentId: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(255), allowNull: false }) declare filename: string;
  @Column({ type: DataType.STRING(120) }) declare contentType: CreationOptional<string | null>;
  @Column({ type: DataType.INTEGER, allowNull: false }) declare size: number;
  @Column({ type: DataType.STRING(64), allowNull: false }) declare sha256: string;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'PENDING' })
  declare state: CreationOptional<(typeof attachmentStates)[number]>;

  /** Where its bytes are: null before they have come, and again once it is deleted. */
  @ForeignKey(() => StoredFile) @Column({ type: DataType.STRING(36) }) declare fileKey: CreationOptional<string | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare uploadedBy: string;
  @Column({ type: DataType.DATE }) declare deletedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare deletedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(1000) }) declare deleteReason: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Ticket, 'ticketId') declare ticket?: NonAttribute<Ticket>;
  @BelongsTo(() => Comment, 'commentId') declare comment?: NonAttribute<Comment>;
}
