import { isInside, isLead, isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

interface Seen {
  readonly ownerId: string;
  readonly projectId: string | null;
  readonly shared: boolean;
}

/** One's own while one may enter its project; to the staff of a project also those that are shared there. */
export const canSeeView = (actor: Actor, standing: Standing, view: Seen): boolean =>
  view.ownerId === actor.userId ? view.projectId === null || isInside(standing) : view.shared && isStaff(standing);

export const canShareViews = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may share views.');

/** Of a view that one sees. */
export const canChangeView = (actor: Actor, standing: Standing, view: Seen): Decision =>
  allowIf(view.ownerId === actor.userId || isLead(standing), 'Only its owner or a lead may change a shared view.');
