import type { Attributes } from 'sequelize';
import type { z } from 'zod';
import type { ApiKey as PresentedKey, Session } from '../../../contract/auth.js';
import type { ApiKey } from '../../db/models/ApiKey.js';

/** A session as its newest token tells it. */
export interface SessionRow {
  family_id: string;
  begun_at: Date | string;
  created_at: Date | string;
  expires_at: Date | string;
  user_agent: string | null;
  ip: string | null;
}

const iso = (moment: Date | string): string => new Date(moment).toISOString();

export const presentSession = (row: SessionRow, currentId: string | null): z.infer<typeof Session> => ({
  id: row.family_id,
  createdAt: iso(row.begun_at),
  lastUsedAt: iso(row.created_at),
  expiresAt: iso(row.expires_at),
  userAgent: row.user_agent,
  ip: row.ip,
  current: row.family_id === currentId,
});

export const presentApiKey = (
  row: Omit<Attributes<ApiKey>, 'updatedAt' | 'userId' | 'keyHash'>,
): z.infer<typeof PresentedKey> => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});
