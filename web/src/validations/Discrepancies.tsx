import { useCallback, useState } from 'react';
import { AdminSection } from '../admin/AdminSection.js';
import { AdminTable } from '../admin/AdminTable.js';
import { PageButtons } from '../admin/PageButtons.js';
import { useDeeds } from '../admin/useDeeds.js';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import type { Discrepancy, DiscrepancyStatus } from '../sdk.js';
import { Decision, type Decided } from './Decision.js';
import { DiscrepancyRow } from './DiscrepancyRow.js';
import { useFindings } from './useFindings.js';
import { useTicketKeys } from './useTicketKeys.js';
import { discrepancyStatusNames } from './validationWords.js';
import { WordChoice } from './WordChoice.js';

const columns = ['Severity', 'What', 'Where', 'Expected', 'Found', 'Status', { heard: 'Decide' }] as const;
const none: readonly Discrepancy[] = [];

interface Props {
  readonly sessionId: string;
  readonly tickets: BoardState['tickets'];
  readonly onDecided: () => void;
}

/** What did not match, what became of it, and what can be decided on. */
export function Discrepancies({ sessionId, tickets, onDecided }: Props) {
  const { client } = useBoardTools();
  const {
    polled,
    choice: status,
    choose,
    cursor,
    turn,
  } = useFindings<DiscrepancyStatus, Discrepancy>(
    useCallback(
      ({ choice, page, signal }) =>
        client.validations.discrepancies.list(
          { sessionId, ...page, ...(choice ? { status: [choice] } : {}) },
          { signal },
        ),
      [client, sessionId],
    ),
  );
  const [decided, setDecided] = useState<Decided | null>(null);
  const { act, problem } = useDeeds(() => {
    polled.refresh();
    onDecided();
  });
  const items = polled.data?.items ?? none;
  const next = polled.data?.nextCursor ?? null;
  const keyOf = useTicketKeys(items, tickets);
  const open = () => void act(() => client.validations.discrepancies.open({ sessionId }));
  const tools = (
    <Tools status={status} choose={choose} onOpen={items.some((one) => one.status === 'OPEN') ? open : null} />
  );
  return (
    <AdminSection title="Discrepancies" polled={polled} problem={problem} tools={tools}>
      {items.length === 0 ? (
        <p className="form-hint">{status ? 'There are none of that status.' : 'All that was compared matched.'}</p>
      ) : (
        <AdminTable name="Discrepancies" columns={columns}>
          {items.map((one) => (
            <DiscrepancyRow key={one.id} discrepancy={one} ticketKey={keyOf(one.ticketId)} onDecide={setDecided} />
          ))}
        </AdminTable>
      )}
      {cursor || next ? (
        <PageButtons cursor={cursor} next={next} onTurn={turn} first="First" further="Further" />
      ) : null}
      {decided ? <Decision {...decided} act={act} onClose={() => setDecided(null)} /> : null}
    </AdminSection>
  );
}

interface ToolsProps {
  readonly status: DiscrepancyStatus | undefined;
  readonly choose: (status: DiscrepancyStatus | undefined) => void;
  /** Null: none is open. */
  readonly onOpen: (() => void) | null;
}

const Tools = ({ status, choose, onOpen }: ToolsProps) => (
  <>
    <WordChoice
      label="Status of the discrepancies"
      names={discrepancyStatusNames}
      value={status}
      onChoose={choose}
      all="Any status"
    />
    {onOpen ? (
      <button type="button" className="button" onClick={onOpen}>
        Make tickets of those open
      </button>
    ) : null}
  </>
);
