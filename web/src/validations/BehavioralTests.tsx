import { useCallback } from 'react';
import { AdminSection } from '../admin/AdminSection.js';
import { AdminTable } from '../admin/AdminTable.js';
import { PageButtons } from '../admin/PageButtons.js';
import { useBoardTools } from '../board/boardContext.js';
import type { BehavioralTest } from '../sdk.js';
import { useFindings } from './useFindings.js';
import { testNames, valueText, type TestOutcome } from './validationWords.js';
import { WordChoice } from './WordChoice.js';

const columns = ['Scenario', 'Result', 'Expected', 'Came out', 'Took'] as const;
const outcomeOf = ({ passed }: BehavioralTest): TestOutcome => (passed ? 'PASSED' : 'FAILED');

/** What both sides were asked, and whether they answered alike. */
export function BehavioralTests({ sessionId }: { readonly sessionId: string }) {
  const { client } = useBoardTools();
  const { polled, choice, choose, cursor, turn } = useFindings<TestOutcome, BehavioralTest>(
    useCallback(
      ({ choice: outcome, page, signal }) =>
        client.validations.behavioralTests.list(
          { sessionId, ...page, ...(outcome ? { passed: outcome === 'PASSED' } : {}) },
          { signal },
        ),
      [client, sessionId],
    ),
  );
  const { items = [], nextCursor: next = null } = polled.data ?? {};
  const tools = (
    <WordChoice label="Result of the tests" names={testNames} value={choice} onChoose={choose} all="Any result" />
  );
  return (
    <AdminSection title="Behavioural tests" polled={polled} tools={tools}>
      {items.length === 0 ? (
        <p className="form-hint">There are none of that result.</p>
      ) : (
        <AdminTable name="Behavioural tests" columns={columns}>
          {items.map((test) => (
            <tr key={test.id}>
              <th scope="row" className="cell-words">
                {test.scenario}
              </th>
              <td>
                <span className="mark" data-look={outcomeOf(test)}>
                  {testNames[outcomeOf(test)]}
                </span>
              </td>
              {(['expected', 'actual'] as const).map((side) => (
                <td key={side} className="cell-words">
                  <code>{valueText(test[side])}</code>
                </td>
              ))}
              <td>{test.durationMs} ms</td>
            </tr>
          ))}
        </AdminTable>
      )}
      {cursor || next ? (
        <PageButtons cursor={cursor} next={next} onTurn={turn} first="First" further="Further" />
      ) : null}
    </AdminSection>
  );
}
