import type { CreationOptional, InferAttributes, InferCreationAttributes, NonAttribute } from 'sequelize';
import { BelongsTo, Column, DataType, ForeignKey, Model, PrimaryKey, Table } from 'sequelize-typescript';
import type { TicketSort } from '../../../contract/ticketInputs.js';
import type { ViewFilter } from '../../../contract/view.js';
import { newId } from '../../kernel/ids.js';
import { Project } from './Project.js';
import { User } from './User.js';

@Table({ tableName: 'saved_views', underscored: true })
export class SavedView extends Model<InferAttributes<SavedView>, InferCreationAttributes<SavedView>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @ForeignKey(() => User) @Column({ type: DataType.STRING(36), allowNull: false }) declare ownerId: string;
  @ForeignKey(() => Project) @Column({ type: DataType.STRING(36) }) declare projectId: CreationOptional<string | null>;
  @Column({ type: DataType.STRING(120), allowNull: false }) declare name: string;
  @Column({ type: DataType.STRING(400), allowNull: false }) declare nameKey: string;
  @Column({ type: DataType.JSON, allowNull: false }) declare filter: ViewFilter;
  @Column({ type: DataType.JSON, allowNull: false }) declare sort: TicketSort;
  @Column({ type: DataType.BOOLEAN, allowNull: false, defaultValue: false }) declare shared: CreationOptional<boolean>;
  @Column({ type: DataType.INTEGER, allowNull: false, defaultValue: 1 }) declare version: CreationOptional<number>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;

  @BelongsTo(() => User, 'ownerId') declare owner?: NonAttribute<User>;
  @BelongsTo(() => Project, 'projectId') declare project?: NonAttribute<Project>;
}
