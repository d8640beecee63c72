import { z } from 'zod';
import { userRoles } from './enums.js';
import {
  count,
  Email,
  ExpectedVersion,
  Id,
  Instant,
  listInput,
  longText,
  mutationInput,
  NameSort,
  page,
  text,
  wantedText,
} from './text.js';
import { limits } from './limits.js';

export { userRoles };
export const UserRole = z.enum(userRoles);
export type UserRole = z.infer<typeof UserRole>;

/** At least 8 characters; what people choose beyond that is theirs. */
export const Password = longText(limits.passwordLength).min(8);
export const Username = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{1,38}$/, 'is 2 to 39 of a-z, 0-9, dot, dash, underscore');
/** Kept as it was sent: a URL's parser would pass over spaces and much else, and not say so. */
const AvatarUrl = longText(500).refine(
  (value) => /^https?:\/\/\S+$/i.test(value) && URL.canParse(value),
  'is not an address of the web',
);

export const User = z.object({
  id: Id,
  email: z.string(),
  username: z.string().nullable(),
  name: z.string(),
  role: UserRole,
  title: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  departmentId: Id.nullable(),
  active: z.boolean(),
  isDemo: z.boolean(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type User = z.infer<typeof User>;

export const UserDetail = User.extend({
  mustChangePassword: z.boolean(),
  departmentName: z.string().nullable(),
  projectCount: count,
});
export type UserDetail = z.infer<typeof UserDetail>;

const profile = {
  name: text(limits.nameLength),
  username: Username.nullable(),
  title: text(limits.nameLength).nullable(),
  avatarUrl: AvatarUrl.nullable(),
  departmentId: Id.nullable(),
};
export const ListUsersInput = listInput({
  role: UserRole.optional(),
  active: z.boolean().optional(),
  text: wantedText().optional(),
  sort: NameSort,
});
export const UserPage = page(User);
export const GetUserInput = z.strictObject({ userId: Id });
export const CreateUserInput = mutationInput({
  email: Email,
  role: UserRole,
  password: Password,
  mustChangePassword: z.boolean().default(false),
  name: profile.name,
  username: profile.username.optional(),
  title: profile.title.optional(),
  avatarUrl: profile.avatarUrl.optional(),
  departmentId: profile.departmentId.optional(),
});
export const UpdateUserInput = mutationInput({
  userId: Id,
  patch: z.strictObject({ ...profile, email: Email }).partial(),
  expectedVersion: ExpectedVersion,
});
export const SetUserRoleInput = mutationInput({ userId: Id, role: UserRole });
export const UserIdInput = mutationInput({ userId: Id });
