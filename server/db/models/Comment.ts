import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { visibilities } from '../../../contract/comment.js';
import { newId } from '../../kernel/ids.js';
import { Ticket } from './Ticket.js';
import { User } from './User.js';

@Table({ tableName: 'comments', underscored: true })
export class Comment extends Model<InferAttributes<Comment>, InferCreationAttributes<Comment>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => Ticket) @Column({ type: DataType.STRING(36), allowNull: false }) declare ticketId: string;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare userId: string;
  @Column({ type: DataType.TEXT, allowNull: false }) declare content: string;

  @Column({ type: DataType.STRING(30), allowNull: false, defaultValue: 'PUBLIC' })
  declare visibility: CreationOptional<(typeof visibilities)[number]>;

  @ForeignKey(() => Comment) @Column({ type: DataType.STRING(36) }) declare parentId: CreationOptional<string | null>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  @Column({ type: DataType.DATE }) declare deletedAt: CreationOptional<Date | null>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36) }) declare deletedBy: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(1000) }) declare deleteReason: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => Ticket, 'ticketId') declare ticket?: NonAttribute<Ticket>;
  @BelongsTo(() => User, 'userId') declare user?: NonAttribute<User>;
}
