import { signIn } from '../support/people.js';
import { PASSWORD } from '../support/world.js';
import {
  adminWrite,
  adminWriteOne,
  adminWritePerson,
  anybody,
  email,
  line,
  lineOfCaller,
  ownAccount,
  ownCredential,
  signedIn,
  staffRead,
  unique,
  type Row,
} from './outcomes.js';
import { apiKeyOf } from './places/people.js';

/** Of accounts, who has them, where they work and what they can, as `matrix` has them. */
export const rowsOfPeople: Readonly<Record<string, Row>> = {
  'auth.login': line(anybody, ({ caller }) => ({ email: caller.person.email, password: PASSWORD })),
  'auth.refresh': line({ other: '++++ +++ ++', missing: '!!!! !!! !!' }, async ({ at }) => ({
    refreshToken: await at.refreshToken(),
  })),
  'auth.renew': lineOfCaller(
    { own: '++++ +++ +!', other: 'xxxx xxx x!', missing: '!!!! !!! !!' },
    async ({ app, at, side, caller }) => ({
      accessToken: side === 'own' ? (await signIn(app, caller.person)).accessToken : await at.accessToken(),
    }),
  ),
  'auth.logout': lineOfCaller(ownAccount),
  'auth.logoutAll': lineOfCaller(ownAccount),
  'auth.me': line(signedIn, () => undefined),
  'auth.changePassword': lineOfCaller(ownAccount, () => ({
    currentPassword: PASSWORD,
    newPassword: `new ${PASSWORD}`,
  })),
  'auth.sessions.list': line(signedIn),
  'auth.sessions.revoke': line(ownCredential, async ({ app, at, side, caller }) => ({
    sessionId: side === 'own' ? (await signIn(app, caller.person)).sessionId : await at.session(),
  })),
  'auth.apiKeys.list': line(signedIn),
  'auth.apiKeys.create': line(ownAccount, () => ({ name: 'a key' })),
  'auth.apiKeys.revoke': line(ownCredential, async ({ app, at, side, caller }) => ({
    apiKeyId: side === 'own' ? await apiKeyOf(app, await signIn(app, caller.person)) : await at.apiKey(),
  })),

  'users.list': line(staffRead),
  'users.get': line({ own: '++++ +++ +!', other: '++++ ??? +!', missing: '???? ??? ?!' }, async ({ self }) => ({
    userId: await self.userId(),
  })),
  'users.create': line(adminWrite, () => ({ email: email(), name: 'New', role: 'AGENT', password: PASSWORD })),
  'users.update': lineOfCaller(adminWritePerson, async ({ self }) => ({
    userId: await self.userId(),
    patch: { title: unique('Title') },
  })),
  'users.setRole': lineOfCaller(adminWritePerson, async ({ self }) => ({
    userId: await self.userId(),
    role: 'CUSTOMER',
  })),
  'users.deactivate': lineOfCaller(adminWritePerson, async ({ self }) => ({ userId: await self.userId() })),
  'users.activate': lineOfCaller(adminWritePerson, async ({ self }) => ({ userId: await self.userId() })),

  'departments.list': line(signedIn),
  'departments.create': line(adminWrite, () => ({ name: unique('Department of') })),
  'departments.update': line(adminWriteOne, async ({ at }) => ({
    departmentId: await at.department(),
    patch: { description: unique('Words') },
  })),
  'departments.delete': line(adminWriteOne, async ({ at }) => ({ departmentId: await at.department() })),

  'developers.list': line(staffRead),
  'developers.list (of a project)': line(
    { own: '+++? xxx +!', other: '+??+ xxx ?!', missing: '???? xxx ?!' },
    async ({ at }) => ({ projectId: await at.project() }),
  ),
  'developers.get': line({ own: '++++ xxx +!', other: '++++ xxx +!', missing: '???? xxx ?!' }, async ({ self }) => ({
    developerId: await self.developerId(),
  })),
  'developers.update': line({ own: '++++ xxx x!', other: '+xxx xxx x!', missing: '???? xxx x!' }, async ({ self }) => ({
    developerId: await self.developerId(),
    patch: { title: unique('Title') },
  })),
  'developers.sync': line(adminWrite, () => ({ csv: `name,title\n${unique('Dev')},Engineer` })),
  'developers.export': line(staffRead),
  'developers.refreshWorkloads': line(adminWrite),

  'skills.list': line(staffRead),
  'skills.create': line(adminWrite, () => ({ name: unique('Skill of') })),
  'skills.update': line(adminWriteOne, async ({ at }) => ({
    skillId: await at.skill(),
    patch: { aliases: [unique('alias')] },
  })),

  'notifications.list': line(signedIn),
  'notifications.markRead': line(ownAccount, async ({ at }) => ({ ids: [await at.notification()] })),
  'notifications.preferences.get': line(signedIn, () => undefined),
  'notifications.preferences.update': line(ownAccount, () => ({
    kind: 'MENTION',
    patch: { inApp: false },
  })),
};
