import { adHoc } from '../../../server/db/statement.js';
import { createApiKey } from '../../../server/features/auth/commands/createApiKey.js';
import { createDepartment } from '../../../server/features/departments/commands/createDepartment.js';
import { createSkill } from '../../../server/features/skills/commands/createSkill.js';
import { newId } from '../../../server/kernel/ids.js';
import { anAgent, join, signIn, type SignedIn } from '../../support/people.js';
import type { Person, World } from '../../support/world.js';
import { nextNumber, type Making } from './making.js';

export interface PeopleThere {
  /** A colleague who can hold tickets there. */
  readonly holder: () => Promise<string>;
  /** Another one, new there. */
  readonly newcomer: () => Promise<string>;
  /** Somebody who is in no project. */
  readonly user: () => Promise<string>;
  /** Of that somebody. */
  readonly developer: () => Promise<string>;
  readonly session: () => Promise<string>;
  readonly apiKey: () => Promise<string>;
  readonly accessToken: () => Promise<string>;
  readonly refreshToken: () => Promise<string>;
  readonly department: () => Promise<string>;
  readonly skill: () => Promise<string>;
}

export function peopleIn({ app, project, team, one }: Making): PeopleThere {
  const somebody = () => one('person', () => anAgent(app));
  const signedIn = () => one('signedIn', async () => signIn(app, await somebody()));
  return {
    holder: async () => team.members?.[0]?.userId ?? '',
    newcomer: () =>
      one('newcomer', async () => {
        const person = await anAgent(app);
        await join(app, project, person, 'MEMBER');
        return person.userId;
      }),
    user: async () => (await somebody()).userId,
    developer: async () => developerOf(app, await somebody()),
    session: async () => (await signedIn()).sessionId,
    apiKey: () => one('apiKey', async () => apiKeyOf(app, await signedIn())),
    accessToken: async () => (await signedIn()).accessToken,
    refreshToken: async () => (await signedIn()).refreshToken,
    department: () =>
      one('department', async () => {
        const input = { name: `Department ${nextNumber()}`, description: '', active: true };
        return (await createDepartment(app.deps, app.admin, input)).id;
      }),
    skill: () =>
      one('skill', async () => {
        const input = { name: `Skill ${nextNumber()}`, aliases: [] };
        return (await createSkill(app.deps, app.admin, input)).id;
      }),
  };
}

/** The id of a person's work profile; of nothing, for who has none. */
export async function developerOf({ db }: World, { userId }: Person): Promise<string> {
  const [row] = await db.all<{ id: string }>(adHoc('SELECT id FROM developers WHERE user_id = $1'), [userId]);
  return row?.id ?? newId();
}

export const apiKeyOf = async ({ deps }: World, { actor }: SignedIn): Promise<string> =>
  (await createApiKey(deps, actor, { name: 'a key', scopes: ['read'] })).id;
