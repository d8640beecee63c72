import { useCallback, useState } from 'react';
import { AdminSection } from '../admin/AdminSection.js';
import { AdminTable } from '../admin/AdminTable.js';
import { usePolled } from '../admin/usePolled.js';
import { useBoardTools } from '../board/boardContext.js';
import type { ValidationSession, ValidationStatus } from '../sdk.js';
import { formatMoment } from '../ui/dates.js';
import { pathTo, settingsPath } from '../ui/useRoute.js';
import { fidelityText, severitiesText, statusNames } from './validationWords.js';
import { WordChoice } from './WordChoice.js';

const EVERY_MS = 10_000;
const SHOWN = 25;
const columns = ['Session', 'Status', 'Fidelity', 'Discrepancies', 'Tests passed', 'From, to', 'Made'] as const;

/** The sessions of the project, newest first. */
export function ValidationList() {
  const {
    client,
    store: { projectId },
  } = useBoardTools();
  const [status, setStatus] = useState<ValidationStatus | undefined>();
  const [page, setPage] = useState(1);
  const read = useCallback(
    (signal: AbortSignal) =>
      client.validations.sessions.list(
        { projectId, page, limit: SHOWN, ...(status ? { status: [status] } : {}) },
        { signal },
      ),
    [client, projectId, status, page],
  );
  const polled = usePolled(read, EVERY_MS);
  const { items = [], pages = 0, total = 0 } = polled.data ?? {};
  const choose = (chosen: ValidationStatus | undefined) => {
    setPage(1);
    setStatus(chosen);
  };
  const choice = <WordChoice label="Status" names={statusNames} value={status} onChoose={choose} all="Any status" />;
  return (
    <AdminSection title="Validations" polled={polled} tools={choice}>
      {items.length === 0 ? (
        <p className="form-hint">
          {status
            ? 'There are none of that status.'
            : 'Nothing was compared yet. Imports do it by themselves, and other systems by the API.'}
        </p>
      ) : (
        <Sessions sessions={items} />
      )}
      {pages > 1 ? <Pager page={page} pages={pages} total={total} onTurn={setPage} /> : null}
    </AdminSection>
  );
}

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly onTurn: (page: number) => void;
}

const Pager = ({ page, pages, total, onTurn }: PagerProps) => (
  <div className="admin-filters">
    <button type="button" className="button button-quiet" disabled={page <= 1} onClick={() => onTurn(page - 1)}>
      Newer
    </button>
    <button type="button" className="button button-quiet" disabled={page >= pages} onClick={() => onTurn(page + 1)}>
      Older
    </button>
    <span className="form-hint">
      Page {page} of {pages}, {total} sessions
    </span>
  </div>
);

function Sessions({ sessions }: { readonly sessions: readonly ValidationSession[] }) {
  const { projectKey } = useBoardTools();
  return (
    <AdminTable name="Validations" columns={columns}>
      {sessions.map((session) => (
        <tr key={session.id}>
          <th scope="row" className="cell-words">
            <a href={pathTo(projectKey, settingsPath, 'validations', session.id)}>{session.name}</a>
          </th>
          <td>
            <StatusMark session={session} />
          </td>
          <td>{fidelityText(session.fidelityScore)}</td>
          <td>{severitiesText(session.discrepancies)}</td>
          <td>{session.tests === 0 ? '–' : `${session.testsPassed} of ${session.tests}`}</td>
          <td>
            {session.sourceTechnology} → {session.targetTechnology}
          </td>
          <td>{formatMoment(session.createdAt)}</td>
        </tr>
      ))}
    </AdminTable>
  );
}

export const StatusMark = ({
  session: { status, progress },
}: {
  session: Pick<ValidationSession, 'status' | 'progress'>;
}) => (
  <span className="mark" data-look={status}>
    {statusNames[status]}
    {status === 'RUNNING' ? `, ${progress} %` : ''}
  </span>
);
