import { useCallback } from 'react';
import { AdminSection } from '../admin/AdminSection.js';
import { AdminTable } from '../admin/AdminTable.js';
import { Fact } from '../admin/Fact.js';
import { usePolled } from '../admin/usePolled.js';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import { limits, type ValidationResult, type ValidationSessionDetail } from '../sdk.js';
import { formatMoment } from '../ui/dates.js';
import { pathTo, settingsPath } from '../ui/useRoute.js';
import { BehavioralTests } from './BehavioralTests.js';
import { Discrepancies } from './Discrepancies.js';
import { StatusMark } from './ValidationList.js';
import { fidelityText, kindNames, resultNames } from './validationWords.js';

const EVERY_MS = 10_000;
const columns = ['What', 'Result', 'Matched', 'Compared', 'Fidelity', 'When'] as const;

interface Props {
  readonly sessionId: string;
  readonly tickets: BoardState['tickets'];
}

/** One session: what it came to, each of its results, what did not match, and how both sides behaved. */
export function ValidationDetail({ sessionId, tickets }: Props) {
  const { client, projectKey } = useBoardTools();
  const read = useCallback(
    async (signal: AbortSignal) => {
      const [session, results] = await Promise.all([
        client.validations.sessions.get({ sessionId }, { signal }),
        client.validations.results.list({ sessionId, limit: limits.pageSizeMax }, { signal }),
      ]);
      return { session, results: results.items };
    },
    [client, sessionId],
  );
  const polled = usePolled(read, EVERY_MS);
  return (
    <>
      <p className="settings-back">
        <a href={pathTo(projectKey, settingsPath, 'validations')}>All validations</a>
      </p>
      <AdminSection title={polled.data?.session.name ?? 'Validation'} polled={polled}>
        {polled.data ? (
          <>
            <Facts session={polled.data.session} />
            <Results results={polled.data.results} />
          </>
        ) : null}
      </AdminSection>
      <Discrepancies sessionId={sessionId} tickets={tickets} onDecided={polled.refresh} />
      {polled.data?.session.tests ? <BehavioralTests sessionId={sessionId} /> : null}
    </>
  );
}

function Facts({ session }: { readonly session: ValidationSessionDetail }) {
  const reason = session.statusChanges.at(-1)?.reason;
  return (
    <>
      <p className="hook-facts">
        <StatusMark session={session} />
        <span>
          {session.sourceTechnology} → {session.targetTechnology}
        </span>
        {reason ? <span>{reason}</span> : null}
      </p>
      <dl className="admin-facts">
        <Fact name="Fidelity" value={<strong>{fidelityText(session.fidelityScore)}</strong>} />
        <Fact name="Matched" value={`${session.matched} of ${session.compared}`} />
        <Fact
          name="Tests passed"
          value={session.tests === 0 ? 'none made' : `${session.testsPassed} of ${session.tests}`}
        />
        <Fact name="By" value={session.ownerName ?? 'Baton'} />
        <Fact name="Begun" value={session.startedAt ? formatMoment(session.startedAt) : 'not yet'} />
        <Fact name="Ended" value={session.finishedAt ? formatMoment(session.finishedAt) : 'not yet'} />
      </dl>
    </>
  );
}

function Results({ results }: { readonly results: readonly ValidationResult[] }) {
  if (results.length === 0) return <p className="form-hint settings-note">There are no results yet.</p>;
  return (
    <div className="settings-note">
      <AdminTable name="Results" columns={columns}>
        {results.map(({ id, kind, status, matched, compared, fidelityScore, createdAt }) => (
          <tr key={id}>
            <th scope="row">{kindNames[kind]}</th>
            <td>
              <span className="mark" data-look={status}>
                {resultNames[status]}
              </span>
            </td>
            <td>{matched}</td>
            <td>{compared}</td>
            <td>{fidelityText(fidelityScore)}</td>
            <td>{formatMoment(createdAt)}</td>
          </tr>
        ))}
      </AdminTable>
    </div>
  );
}
