import type { Attributes } from 'sequelize';
import type { User as Presented, UserDetail } from '../../../contract/user.js';
import type { User } from '../../db/models/User.js';

/** A person's row without the secrets. */
export type UserRow = Omit<Attributes<User>, 'passwordHash'>;

export const presentUser = (row: Omit<UserRow, 'mustChangePassword'>): Presented => ({
  id: row.id,
  email: row.email,
  username: row.username,
  name: row.name,
  role: row.role,
  title: row.title,
  avatarUrl: row.avatarUrl,
  departmentId: row.departmentId,
  active: row.active,
  isDemo: row.isDemo,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const presentUserDetail = (
  row: UserRow,
  more: Pick<UserDetail, 'departmentName' | 'projectCount'>,
  seesAccount: boolean,
): UserDetail => ({ ...presentUser(row), ...more, mustChangePassword: seesAccount && row.mustChangePassword });
