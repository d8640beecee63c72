import type { z } from 'zod';
import type { LoginInput, TokenReply } from '../../../../contract/auth.js';
import { Email } from '../../../../contract/text.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { storeRefreshToken, tokenReply, type Caller } from '../issueTokens.js';
import { countAttempt } from '../loginLimits.js';
import { lockPerson, personAsActor, type Credentials } from '../sessionStatements.js';

const findByEmail = statement(
  'users.byEmail',
  'SELECT u.id, u.name, u.role, u.active, u.password_hash FROM users u WHERE u.email = $1',
);

/** The same words, whichever of the three it was: unknown, inactive, or another password. */
const refused = () => new AppError('UNAUTHENTICATED', 'Email address and password do not fit together.');

/**
 * Begins a session. Not idempotent: each call begins another one.
 * @throws UNAUTHENTICATED alike, and after the same work, for unknown people, inactive people and wrong passwords;
 * TOO_MANY_REQUESTS too many failures of this account or address, details {retryAfterMs}; UNAVAILABLE too many sign in now.
 */
export async function login(
  deps: Deps,
  caller: Caller,
  input: z.output<typeof LoginInput>,
): Promise<z.infer<typeof TokenReply>> {
  const email = Email.safeParse(input.email).data ?? '';
  const takeBack = await countAttempt(deps.auth.limiters, email === '' ? input.email : email, caller.ip);
  const [found] = await deps.db.all<Credentials>(findByEmail, [email]);
  const known = found && Boolean(found.active) ? found : null;
  const fits = await deps.auth.passwords.verify(known?.password_hash ?? null, input.password);
  if (!known || !fits) throw refused();
  await takeBack();

  const session = { userId: known.id, sessionId: newId(), refreshToken: deps.auth.secrets.newRefreshToken() };
  const call = { actor: personAsActor(known, session.sessionId), procedure: 'auth.login', input: {} };
  await inUnitOfWork(deps, call, async (unit) => {
    const person = await lockPerson(unit.all, known.id);
    // The password was read before the lock: meanwhile it may have changed, or the person may have been sent away.
    if (!person || !person.active || person.password_hash !== known.password_hash) throw refused();
    const token = await storeRefreshToken(unit, deps.auth, session, caller);
    unit.record.audit({ entity: 'SESSION', entityId: session.sessionId, action: 'CREATED', after: token });
    return null;
  });
  return tokenReply(deps, session);
}
