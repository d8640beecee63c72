import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, Model, PrimaryKey, Table } from 'sequelize-typescript';
import { newId } from '../../kernel/ids.js';

@Table({ tableName: 'tags', underscored: true })
export class Tag extends Model<InferAttributes<Tag>, InferCreationAttributes<Tag>> {
  @PrimaryKey @Column({ type: DataType.STRING(36), defaultValue: newId }) declare id: CreationOptional<string>;
  @Column({ type: DataType.STRING(50), allowNull: false }) declare name: string;

  /** What the name is compared by, see `tagKey`. */
  @Column({ type: DataType.STRING(150), allowNull: false }) declare nameKey: string;

  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
