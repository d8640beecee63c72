import type { Project, Ticket } from '../sdk.js';
import type { IconName } from '../ui/Icon.js';
import { ranked } from './ranking.js';

/** Something to do from the palette; `keys` is the shorter way to it. */
export interface Command {
  readonly name: string;
  readonly icon: IconName;
  readonly keys?: readonly string[];
  readonly run: () => void;
}

export interface Entry extends Command {
  readonly id: string;
  readonly hint: string;
}
export interface Group {
  readonly name: string;
  readonly entries: readonly Entry[];
}

export interface Sources {
  readonly commands: readonly Command[];
  readonly tickets: Iterable<Ticket>;
  /** What the server found for the text, its best first. */
  readonly found: readonly Ticket[];
  readonly projects: readonly Project[];
  readonly people: readonly { readonly userId: string; readonly name: string }[];
  readonly toTicket: (ticket: Ticket) => void;
  readonly toProject: (project: Project) => void;
  readonly toPerson: (userId: string) => void;
}

const MAX = { commands: 8, tickets: 8, projects: 5, people: 5 };

/** What the palette offers for a text: what fits, grouped; without a text, the commands. Pure but for what entries do. */
export function groupsFor(text: string, sources: Sources): readonly Group[] {
  const isBlank = text.trim() === '';
  const commands = ranked(text, sources.commands, ({ name }) => name, isBlank ? 100 : MAX.commands);
  const groups = [
    { name: 'Commands', entries: commands.map((command) => ({ ...command, id: `command-${command.name}`, hint: '' })) },
    { name: 'Tickets', entries: isBlank ? [] : ticketEntries(text, sources) },
    { name: 'Projects', entries: projectEntries(text, sources) },
    { name: 'People', entries: isBlank ? [] : personEntries(text, sources) },
  ];
  // Who types a key means that ticket.
  const isKey = /^[a-z][a-z0-9]*-\d+$/i.test(text.trim());
  const order = isKey ? groups.toSorted((a, b) => Number(b.name === 'Tickets') - Number(a.name === 'Tickets')) : groups;
  return order.filter(({ entries }) => entries.length > 0);
}

/** At once what is here; then also what the server found, e.g. by a description. */
function ticketEntries(text: string, { tickets, found, toTicket }: Sources): Entry[] {
  const here = ranked(text, [...tickets], (ticket) => `${ticket.key} ${ticket.title}`, MAX.tickets);
  const ids = new Set(here.map(({ id }) => id));
  const others = found.filter(({ id }) => !ids.has(id));
  return [...here, ...others].slice(0, MAX.tickets).map((ticket) => ({
    id: `ticket-${ticket.id}`,
    name: ticket.title,
    hint: ticket.key,
    icon: 'ticket',
    run: () => toTicket(ticket),
  }));
}

const projectEntries = (text: string, { projects, toProject }: Sources): Entry[] =>
  ranked(text, projects, ({ key, name }) => `${key} ${name}`, MAX.projects).map((project) => ({
    id: `project-${project.id}`,
    name: project.name,
    hint: project.key,
    icon: 'folder',
    run: () => toProject(project),
  }));

const personEntries = (text: string, { people, toPerson }: Sources): Entry[] =>
  ranked(text, people, ({ name }) => name, MAX.people).map(({ userId, name }) => ({
    id: `person-${userId}`,
    name,
    hint: 'Show their tickets',
    icon: 'person',
    run: () => toPerson(userId),
  }));
