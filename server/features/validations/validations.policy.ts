import type { SharePermission } from '../../../contract/validation.js';
import { isLead, isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

/** What somebody is to a session. `projectRole` is null where it is of no project. */
export interface SessionStanding extends Standing {
  readonly isOwner: boolean;
  readonly ofProject: boolean;
  readonly permission: SharePermission | null;
}

/** Validations are among staff: customers are told of none, and none can be shared with them. */
export const canValidate = ({ role }: Pick<Actor, 'role'>): Decision =>
  allowIf(role !== 'CUSTOMER', 'Validations are for staff.');

/** An owner who works in its project no more sees it no more, unless it is shared with them. */
const isOwners = (standing: SessionStanding): boolean => standing.isOwner && (!standing.ofProject || isStaff(standing));

export const canSeeSession = (standing: SessionStanding): boolean =>
  isStaff(standing) || isOwners(standing) || standing.permission !== null;

export const mayEditSession = (standing: SessionStanding): boolean =>
  isLead(standing) || isOwners(standing) || standing.permission === 'EDIT';

/** To write status, log, results and findings. Of a session that one sees. */
export const canEditSession = (standing: SessionStanding): Decision =>
  allowIf(mayEditSession(standing), 'Only its owner, who it is shared with to edit, or a lead may write into it.');

/** To share, archive and delete it. */
export const canManageSession = (standing: SessionStanding): Decision =>
  allowIf(isLead(standing) || isOwners(standing), 'Only its owner or a lead may do that.');

/** To decide on what it found, and to make tickets of that: that is the project's work. */
export const canDecideFindings = (standing: SessionStanding): Decision =>
  allowIf(
    isStaff(standing) || mayEditSession(standing),
    'Only members of the project, and who may write into the session, may decide on what it found.',
  );

/** To begin one in a project, and to put tickets there. */
export const canValidateIn = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may validate in it.');
