import type { AuthSettings } from './authSettings.js';

const MARK = 'baton_';

export const isApiKey = (token: string): boolean => token.startsWith(MARK);

export const apiKeyText = (auth: AuthSettings, { id, prefix }: { id: string; prefix: string }): string =>
  `${MARK}${prefix}_${auth.secrets.apiKeySecret(id)}`;
