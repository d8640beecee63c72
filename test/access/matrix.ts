import { everyProcedure } from './everyProcedure.js';
import { adminRead, line, projectRead, signedIn, ticketEdit, ticketRead, type About, type Row } from './outcomes.js';
import { developerOf } from './places/people.js';
import { rowsOfAssignments } from './rowsOfAssignments.js';
import { rowsOfPeople } from './rowsOfPeople.js';
import { rowsOfProjects } from './rowsOfProjects.js';
import { rowsOfRules } from './rowsOfRules.js';
import { rowsOfTalk } from './rowsOfTalk.js';
import { rowsOfTickets } from './rowsOfTickets.js';
import { rowsOfValidations } from './rowsOfValidations.js';
import { rowsOfWebhooks } from './rowsOfWebhooks.js';
import type { Call } from './transports.js';

/** One row, or more, for each procedure; what stands in parentheses tells rows of one procedure apart. */
export const matrix: Readonly<Record<string, Row>> = {
  ...rowsOfPeople,
  ...rowsOfProjects,
  ...rowsOfTickets,
  ...rowsOfAssignments,
  ...rowsOfTalk,
  ...rowsOfRules,
  ...rowsOfWebhooks,
  ...rowsOfValidations,

  'admin.health': line(adminRead, () => undefined),
  'admin.statements': line(adminRead),
  'admin.subscriptions': line(adminRead),
  'admin.audit': line(adminRead),

  'presence.set': line(ticketEdit, async ({ at }) => ({ ticketId: await at.ticket(), typing: true })),

  'live.me': line(signedIn),
  'live.project': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'live.ticket': line(ticketRead, async ({ at }) => ({ ticketId: await at.ticket() })),
  'live.tickets': line(signedIn),
  'live.tickets (of a project)': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
};

export const pathOf = (name: string): string => name.split(' ', 1)[0] ?? '';

/** The input of a row for this caller, made of what is in this place. */
export async function inputOf({ input }: Row, about: Omit<About, 'self'>): Promise<unknown> {
  const { app, at, side, caller } = about;
  const isOwn = side === 'own';
  const self = {
    userId: () => (isOwn ? Promise.resolve(caller.person.userId) : at.user()),
    developerId: () => (isOwn ? developerOf(app, caller.person) : at.developer()),
  };
  return input({ ...about, self });
}

/** The call that a line stands for. */
export async function callOf(name: string, row: Row, about: Omit<About, 'self'>): Promise<Call> {
  const procedure = everyProcedure.get(pathOf(name));
  if (!procedure) throw new Error(`There is no ${name}`);
  return { path: procedure.path, type: procedure.type, input: await inputOf(row, about) };
}
