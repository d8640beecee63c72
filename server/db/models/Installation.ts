import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize';
import { Column, DataType, Model, PrimaryKey, Table } from 'sequelize-typescript';

/** Kept by `baton serve --csv`: whose database this is, and digests of the files that were taken over last. */
export interface CsvMode {
  readonly folder: string;
  readonly projectId: string;
  /** The administrator who was made for it. */
  readonly adminId: string;
  readonly taken: Readonly<Partial<Record<string, string>>>;
}

/** The one row that tells this database from every other, and from its own restored past. */
@Table({ tableName: 'installation', underscored: true })
export class Installation extends Model<InferAttributes<Installation>, InferCreationAttributes<Installation>> {
  @PrimaryKey
  @Column({ type: DataType.STRING(36), allowNull: false, defaultValue: 'baton' })
  declare id: CreationOptional<string>;

  @Column({ type: DataType.STRING(36), allowNull: false }) declare epoch: string;
  @Column({ type: DataType.JSON, allowNull: true }) declare csvMode: CreationOptional<CsvMode | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}
