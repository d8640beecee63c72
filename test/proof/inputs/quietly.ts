import type { AppOverrides } from '../../../server/app.js';

export const quietly: AppOverrides = { isIdle: true, answerMs: 5_000 };
