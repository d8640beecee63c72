import type { visibilities } from '../../../contract/comment.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { AppError } from '../../kernel/errors.js';

interface ParentRow {
  readonly ticket_id: string;
  readonly user_id: string;
  readonly visibility: (typeof visibilities)[number];
}
const parentById = statement('comments.parent', 'SELECT ticket_id, user_id, visibility FROM comments WHERE id = $1');

/** The comment that is answered. */
export const findParent = async (unit: UnitOfWork, parentId: string): Promise<ParentRow | undefined> =>
  (await unit.all<ParentRow>(parentById, [parentId]))[0];

/** Whoever is shown an answer is shown the id of what it answers, and the id tells when that was written. */
export function demandPublic(parent: ParentRow | undefined): void {
  if (parent?.visibility === 'INTERNAL')
    throw new AppError('BAD_INPUT', 'It answers an internal comment, so it cannot be public.', { field: 'visibility' });
}
