import { statement, type Statements } from '../../db/statement.js';
import { AppError } from '../../kernel/errors.js';

const add = statement(
  'storage.add',
  `INSERT INTO project_storage (project_id, bytes) VALUES ($1, $2)
   ON CONFLICT (project_id) DO UPDATE SET bytes = project_storage.bytes + excluded.bytes RETURNING bytes`,
);
const subtract = statement('storage.subtract', 'UPDATE project_storage SET bytes = bytes - $2 WHERE project_id = $1');
const bytesOfTicket = statement(
  'storage.ofTicket',
  'SELECT coalesce(sum(size), 0) AS bytes FROM attachments WHERE ticket_id = $1 AND deleted_at IS NULL',
);

/**
 * Takes room in a project for a file that is announced. The row stays locked until COMMIT, so that of those who come at once each
 * sees what the others took. After tickets, before the project's numbers.
 * @throws CAPACITY_EXCEEDED there is not so much left.
 */
export async function takeRoom(
  { all }: Pick<Statements, 'all'>,
  projectId: string,
  size: number,
  quotaBytes: number | null,
): Promise<void> {
  const [row] = await all<{ bytes: number }>(add, [projectId, size]);
  const usedBytes = (row?.bytes ?? size) - size;
  if (quotaBytes === null || usedBytes + size <= quotaBytes) return;
  const message = 'The attachments of this project have no room for this file.';
  throw new AppError('CAPACITY_EXCEEDED', message, { projectId, usedBytes, quotaBytes, size });
}

export const giveRoomBack = ({ send }: Pick<Statements, 'send'>, projectId: string, size: number): void =>
  send(subtract, [projectId, size]);

/** A ticket takes its attachments along into another project, whether there is room for them or not. Under the ticket's lock. */
export async function moveRoom(unit: Statements, ticketId: string, from: string, to: string): Promise<void> {
  const [row] = await unit.all<{ bytes: number | string }>(bytesOfTicket, [ticketId]);
  const bytes = Number(row?.bytes ?? 0);
  if (bytes === 0) return;
  const steps = [
    { projectId: from, change: () => giveRoomBack(unit, from, bytes) },
    { projectId: to, change: () => unit.send(add, [to, bytes]) },
  ];
  for (const { change } of steps.toSorted((a, b) => (a.projectId < b.projectId ? -1 : 1))) change();
}
