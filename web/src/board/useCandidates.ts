import { useSyncExternalStore } from 'react';
import { limitOf, type Developer, type Ticket } from '../sdk.js';
import { useBoardTools } from './boardContext.js';
import { useProfiles } from './useProfiles.js';

export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly isViewer: boolean;
  /** Their part in the project, or why they are away. */
  readonly note: string;
  /** Story points of what they hold; null when the server does not tell. */
  readonly load: number | null;
  /** Story points that they may have at a time, by their availability. */
  readonly limit: number;
}

/** Who could take the ticket: active staff who do not hold it yet, the least loaded first. `ticket` null: all of them. */
export function useCandidates(ticket: Ticket | null, text = ''): readonly Candidate[] {
  const { store, viewer } = useBoardTools();
  const members = useSyncExternalStore(store.subscribe, store.get).state?.members ?? [];
  const profiles = useProfiles();
  const holders = new Set(ticket?.assignees.map((assignee) => assignee.userId));
  const staff = members.filter((m) => m.active && m.role !== 'CUSTOMER' && m.userRole !== 'CUSTOMER');
  const isMissing = viewer.user.role === 'ADMIN' && !staff.some((m) => m.userId === viewer.user.id);
  const people = [
    ...staff.map((m) => ({ id: m.userId, name: m.name, part: m.role === 'LEAD' ? 'Lead' : 'Member' })),
    ...(isMissing ? [{ id: viewer.user.id, name: viewer.user.name, part: 'Administrator' }] : []),
  ];
  const wanted = text.trim().toLowerCase();
  return people
    .filter((person) => !holders.has(person.id) && person.name.toLowerCase().includes(wanted))
    .map(({ part, ...person }) => {
      const profile = profiles.get(person.id);
      return {
        ...person,
        isViewer: person.id === viewer.user.id,
        note: profile && isAway(profile) ? 'Out of office' : (profile?.title ?? part),
        load: profile?.currentWorkload ?? null,
        limit: profile ? limitOf(profile) : 0,
      };
    })
    .toSorted((a, b) => (a.load ?? 0) - (b.load ?? 0) || a.name.localeCompare(b.name));
}

export function isAway({ outOfOfficeFrom, outOfOfficeTo }: Developer): boolean {
  const now = new Date().toISOString();
  return outOfOfficeFrom !== null && outOfOfficeFrom <= now && (outOfOfficeTo === null || now <= outOfOfficeTo);
}
