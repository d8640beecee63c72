import { z } from 'zod';
import { apiKeyScopes } from './enums.js';
import {
  Id,
  IdempotencyKey,
  Instant,
  InstantInput,
  LatestFirst,
  listInput,
  mutationInput,
  page,
  text,
} from './text.js';
import { limits } from './limits.js';
import { Password, User } from './user.js';

export { apiKeyScopes };
const SecretText = z.string().min(1).max(2_000);

export const LoginInput = z.strictObject({
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(limits.passwordLength),
  idempotencyKey: IdempotencyKey.optional(),
});
/** `expiresIn` is the access token's life in seconds. */
export const TokenReply = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.int(),
  user: User,
});
export type TokenReply = z.infer<typeof TokenReply>;

export const RefreshInput = z.strictObject({ refreshToken: SecretText, idempotencyKey: IdempotencyKey.optional() });
export const RenewInput = z.strictObject({ accessToken: SecretText, idempotencyKey: IdempotencyKey.optional() });
export const EmptyMutationInput = mutationInput({}).optional();
export const ChangePasswordInput = mutationInput({
  currentPassword: z.string().min(1).max(limits.passwordLength),
  newPassword: Password,
});
export const Done = z.object({ done: z.literal(true) });

export const projectAccess = z.object({ projectId: Id, role: z.enum(['LEAD', 'MEMBER', 'CUSTOMER']) });
export const Me = z.object({
  user: User,
  mustChangePassword: z.boolean(),
  sessionId: z.string().nullable(),
  projects: z.array(projectAccess),
});

/** Sessions and API keys. */
export const ListCredentialsInput = listInput({ sort: LatestFirst }).default({ limit: limits.pageSize });

/** A session is one sign-in: the family of refresh tokens that followed from it. */
export const Session = z.object({
  id: Id,
  createdAt: Instant,
  lastUsedAt: Instant,
  expiresAt: Instant,
  userAgent: z.string().nullable(),
  ip: z.string().nullable(),
  current: z.boolean(),
});
export const SessionPage = page(Session);
export const RevokeSessionInput = mutationInput({ sessionId: Id });

export const ApiKeyScope = z.enum(apiKeyScopes);
export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(ApiKeyScope),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
});
export const ApiKeyPage = page(ApiKey);
/** `scopes` is a set: each is kept once. */
export const CreateApiKeyInput = mutationInput({
  name: text(limits.nameLength),
  scopes: z.array(ApiKeyScope).min(1).max(apiKeyScopes.length).default(['read']),
  expiresAt: InstantInput.optional(),
});
/** `key` is shown this once and never again. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() });
export const RevokeApiKeyInput = mutationInput({ apiKeyId: Id });
