import { newId } from '../../server/kernel/ids.js';
import { makingIn, type Parts } from './places/making.js';
import { peopleIn, type PeopleThere } from './places/people.js';
import { settingsIn, type SettingsThere } from './places/settings.js';
import { commentsIn, conversationsIn, type CommentsThere, type ConversationsThere } from './places/talk.js';
import { ticketsIn, type TicketsThere } from './places/tickets.js';
import { validationsIn, type ValidationsThere } from './places/validations.js';

/** The things that calls name, by their ids. */
export interface Place
  extends PeopleThere, SettingsThere, TicketsThere, CommentsThere, ConversationsThere, ValidationsThere {}

/** What is in a project, each thing made when it is first asked for. */
export function placeIn(parts: Parts): Place {
  const making = makingIn(parts);
  const people = peopleIn(making);
  const tickets = ticketsIn(making, people);
  return {
    ...people,
    ...tickets,
    ...settingsIn(making),
    ...commentsIn(making, tickets),
    ...conversationsIn(making, people, tickets),
    ...validationsIn(making),
  };
}

const nothing = async () => 'nothing that was ever given out';

/** Where none of the things of a place is: ids in the form of ids, of no row. */
export const nowhereLike = (place: Place): Place => ({
  ...(Object.fromEntries(Object.keys(place).map((thing) => [thing, async () => newId()])) as unknown as Place),
  projectKey: async () => 'NOWHERE',
  ticketKey: async () => 'NOWHERE-1',
  accessToken: nothing,
  refreshToken: nothing,
});
