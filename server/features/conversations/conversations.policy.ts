import { isLead, isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';
import { canSeeTicket } from '../tickets/tickets.policy.js';

export interface Seen {
  readonly kind: 'TICKET' | 'CHANNEL' | 'DIRECT';
  readonly isPrivate: boolean;
  readonly isMember: boolean;
  /** Of the ticket whose conversation it is. */
  readonly reporterId: string | null;
}

/**
 * A ticket's conversation is for those who see the ticket, a channel for the staff of its project and a private one for its
 * members among them, administrators too; a direct one for those who talk in it.
 */
export function canSeeConversation(actor: Pick<Actor, 'userId'>, standing: Standing, seen: Seen): boolean {
  if (seen.kind === 'DIRECT') return seen.isMember;
  if (seen.kind === 'CHANNEL') return isStaff(standing) && (!seen.isPrivate || seen.isMember);
  return seen.reporterId !== null && canSeeTicket(actor, standing, { reporterId: seen.reporterId });
}

export const canCreateChannel = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may make channels.');

/** The name of a ticket's conversation, and of a direct one, is not anybody's to give. */
export const canManageChannel = (
  actor: Actor,
  standing: Standing,
  { kind, createdBy }: { readonly kind: Seen['kind']; readonly createdBy: string | null },
): Decision =>
  kind === 'CHANNEL'
    ? allowIf(createdBy === actor.userId || isLead(standing), 'Only a lead, or who made it, may change a channel.')
    : allowIf(false, 'Only channels can be changed.');

export const canAddMember = ({ kind }: Pick<Seen, 'kind'>): Decision =>
  allowIf(kind === 'CHANNEL', 'People are added to channels only.');

/** Everybody may leave. */
export const canRemoveMember = (
  actor: Actor,
  standing: Standing,
  channel: { readonly kind: Seen['kind']; readonly createdBy: string | null },
  userId: string,
): Decision =>
  channel.kind === 'CHANNEL' && userId === actor.userId
    ? allowIf(true, '')
    : canManageChannel(actor, standing, channel);

/** Who may be in a channel: active staff of its project. */
export const channelProblem = (person: Standing & { readonly active: boolean }): string | null =>
  person.active && person.role !== 'CUSTOMER' && isStaff(person)
    ? null
    : 'Only active members of the project can be in its channels.';
