import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, Model, PrimaryKey, Table } from 'sequelize-typescript';

/** The one row that tells this database from every other, and from its own restored past. */
@Table({ tableName: 'installation', underscored: true })
export class Installation extends Model<InferAttributes<Installation>, InferCreationAttributes<Installation>> {
  @PrimaryKey
  @Column({ type: DataType.STRING(36), allowNull: false, defaultValue: 'baton' })
  declare id: CreationOptional<string>;

  @Column({ type: DataType.STRING(36), allowNull: false }) declare epoch: string;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
